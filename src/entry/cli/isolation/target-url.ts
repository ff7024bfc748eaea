import type { Config } from '../../../../config/load.js';
import { UsageError } from '../usage.error.js';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Where the installation is: this machine, or its own public address. Nowhere else, for what is sent there
 * is an attack.
 *
 * @throws UsageError
 */
export function targetUrl(
  { publicUrl, port }: Pick<Config, 'publicUrl' | 'port'>,
  named?: string,
): URL {
  const text = named ?? publicUrl ?? `http://localhost:${port}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`"${text}" is no http or https address.`);
  }
  const isOwn = publicUrl !== null && new URL(publicUrl).origin === url.origin;
  if (isOwn || LOOPBACK.test(url.hostname)) return url;
  throw new UsageError(
    `Only this machine or the address in NUMOON_PUBLIC_URL can be checked, not ${url.origin}.`,
  );
}
