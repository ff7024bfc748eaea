import { isIP } from 'node:net';
import { VaultError } from './vault.errors.js';

/**
 * The base of every request, without a slash at its end. A path is kept: Vault may live behind a proxy
 * that serves it under one.
 *
 * @throws VaultError `vault_address_invalid`; `vault_address_insecure` for plain http to anything but
 *   this machine: the token would cross the network readable
 */
export function parseVaultAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new VaultError('vault_address_invalid');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new VaultError('vault_address_invalid');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new VaultError('vault_address_insecure', { host: url.hostname });
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** By its text alone: a name that resolves to 127.0.0.1 today may resolve elsewhere tomorrow. */
function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
