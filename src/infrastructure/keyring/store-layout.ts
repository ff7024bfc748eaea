import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isTenantId } from '../../kernel/ids.js';
import type { SecretPath } from '../../kernel/secret-store.js';
import { KeyringError, errno } from './keyring.errors.js';

/**
 * The folder of a keyring:
 *
 *     key-check                     tells a wrong master key at once
 *     secrets/<tenant id>/<name>    one sealed object
 */
export const KEY_CHECK_FILE = 'key-check';
export const SECRETS_FOLDER = 'secrets';

const SECRET_NAME = /^[A-Za-z0-9_-]{1,100}$/;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** @throws KeyringError `secret_path_invalid` for anything but a tenant id: no path can be smuggled in */
export function requireTenantId(tenantId: string): void {
  if (typeof tenantId === 'string' && isTenantId(tenantId)) return;
  throw new KeyringError('secret_path_invalid', 'A secret belongs to a tenant id (tnt_...)');
}

/** @throws KeyringError `secret_path_invalid` unless both parts are one plain path segment */
export function requireSecretPath(path: SecretPath): void {
  requireTenantId(path.tenantId);
  if (typeof path.name === 'string' && isSecretName(path.name)) return;
  throw new KeyringError(
    'secret_path_invalid',
    'The name of a secret has 1 to 100 letters, digits, "-" and "_"',
    { fields: { tenantId: path.tenantId } },
  );
}

/** Names in a folder, or none where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errno(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Whether a key was ever used here: a lost key must not be replaced by a new one in silence. */
export async function holdsEntries(storeDir: string): Promise<boolean> {
  const names = await namesIn(storeDir);
  return names.includes(KEY_CHECK_FILE) || (await holdsSecrets(storeDir));
}

export async function holdsSecrets(storeDir: string): Promise<boolean> {
  const tenants = await namesIn(join(storeDir, SECRETS_FOLDER));
  return tenants.some((name) => isTenantId(name));
}
