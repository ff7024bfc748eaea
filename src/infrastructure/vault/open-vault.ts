import { readFileSync } from 'node:fs';
import type { Secret } from '../../kernel/secret.js';
import type { VaultObserver } from './vault-call.js';
import { VaultClient } from './vault-client.js';
import { chooseCredentials } from './vault-credentials.js';
import { VaultError } from './vault.errors.js';
import { VaultKeyStore } from './vault.key-store.js';
import { VaultSecretStore } from './vault.secret-store.js';

/** The settings of these names in `config/schema.ts`. */
export interface VaultSettings {
  vaultAddress: string;
  vaultNamespace: string | null;
  vaultCaFile: string | null;
  vaultToken: Secret | null;
  vaultRoleId: Secret | null;
  vaultSecretId: Secret | null;
  vaultKvMount: string;
  vaultTransitMount: string;
  vaultTimeoutMs: number;
}

export interface OpenedVault {
  client: VaultClient;
  secrets: VaultSecretStore;
  keys: VaultKeyStore;
  /** Stops renewing the token and gives it back. */
  close(): Promise<void>;
}

/**
 * Asks nothing of Vault yet: the first call logs in, and `check()` of either store tells how it stands.
 *
 * @throws VaultError `vault_address_invalid`; `vault_address_insecure`; `vault_credentials_missing`;
 *   `vault_tls_untrusted` when the CA file is no good
 */
export function openVault(settings: VaultSettings, observer?: VaultObserver): OpenedVault {
  const { vaultCaFile } = settings;
  const client = new VaultClient({
    address: settings.vaultAddress,
    namespace: settings.vaultNamespace,
    credentials: chooseCredentials(settings),
    timeoutMs: settings.vaultTimeoutMs,
    // Two attempts that time out, and a half.
    totalMs: settings.vaultTimeoutMs * 2.5,
    ...(vaultCaFile === null ? {} : { ca: readCa(vaultCaFile) }),
    ...(observer === undefined ? {} : { observer }),
  });
  return {
    client,
    secrets: new VaultSecretStore(client, settings.vaultKvMount),
    keys: new VaultKeyStore(client, settings.vaultTransitMount),
    close: () => client.close(),
  };
}

/** Checked here: node ignores what is no certificate, and would then trust nobody without saying why. */
function readCa(file: string): string {
  let ca = '';
  try {
    ca = readFileSync(file, 'utf8');
  } catch {
    // Refused below, as an empty file is.
  }
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) {
    throw new VaultError('vault_tls_untrusted', { reason: 'ca-file', file });
  }
  return ca;
}
