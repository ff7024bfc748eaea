import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isTenantId } from '../../kernel/ids.js';
import { CENTRAL, type SecretPath } from '../../kernel/secret-store.js';
import { KeyringError, errno } from './keyring.errors.js';

/**
 * The folder of a keyring:
 *
 *     key-check                     tells a wrong master key at once
 *     key-check.after-<key id>      the same of the next key, while a rotation is under way
 *     secrets/<tenant id>/<name>    one sealed object; `central` in place of a tenant id
 *     keys/<tenant id>/v<number>    one sealed version of the tenant's key
 *
 * Keys lie apart from secrets because they end apart: a purge destroys one after the other, and
 * backups of keys are kept for a shorter time.
 */
export const KEY_CHECK_FILE = 'key-check';

export function nextKeyCheckFile(currentKeyId: string): string {
  return `${KEY_CHECK_FILE}.after-${currentKeyId}`;
}

/** What a file of the keyring is: it opens as nothing else. */
export interface SealedKind {
  /** Format and version, four characters at the start of the file. */
  magic: string;
  folder: string;
  word: string;
}

export const SECRET_FILES: SealedKind = { magic: 'NMS1', folder: 'secrets', word: 'secret' };
export const KEY_FILES: SealedKind = { magic: 'NMK1', folder: 'keys', word: 'key' };

const SECRET_NAME = /^[A-Za-z0-9_-]{1,100}$/;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** @throws KeyringError `secret_path_invalid` for anything but a tenant id: no path can be smuggled in */
export function requireTenantId(tenantId: string): void {
  if (typeof tenantId === 'string' && isTenantId(tenantId)) return;
  throw new KeyringError('secret_path_invalid', 'Keys and secrets belong to a tenant id (tnt_...)');
}

/** As `requireTenantId`, but secrets may be the installation's own. */
export function requireOwner(tenantId: string): void {
  if (tenantId !== CENTRAL) requireTenantId(tenantId);
}

/** @throws KeyringError `secret_path_invalid` unless both parts are one plain path segment */
export function requireSecretPath(path: SecretPath): void {
  requireOwner(path.tenantId);
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

/** The tenants, and `central`, that have a folder under this one. */
export async function ownersIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter((name) => name === CENTRAL || isTenantId(name));
}

/** Whether a key was ever used here: a lost key must not be replaced by a new one in silence. */
export async function holdsEntries(storeDir: string): Promise<boolean> {
  const names = await namesIn(storeDir);
  return names.some((name) => name.startsWith(KEY_CHECK_FILE)) || (await holdsSecrets(storeDir));
}

export async function holdsSecrets(storeDir: string): Promise<boolean> {
  for (const { folder } of [SECRET_FILES, KEY_FILES]) {
    if ((await ownersIn(join(storeDir, folder))).length > 0) return true;
  }
  return false;
}
