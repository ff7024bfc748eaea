import { KeyStoreError } from '../../kernel/key-store.js';
import type { KeyStoreErrorCode } from '../../kernel/key-store.js';
import type { Refusals } from './vault-call.js';
import { VaultError } from './vault.errors.js';

const KEY_STORE_CODES: readonly KeyStoreErrorCode[] = [
  'key_missing',
  'key_version_retired',
  'wrapped_key_broken',
  'key_unreadable',
];

/** Vault has no codes for these; HashiCorp's texts and OpenBao's are the same. */
export const TRANSIT_REFUSALS: Refusals = [
  [/unknown key type none/, 'key_missing'],
  [/key not found|no existing key named|invalid key name/, 'key_missing'],
  [/could not delete key; not found/, 'key_missing'],
  [/soft-deleted/, 'key_unreadable'],
  [/\(too old\)|no such key version/, 'key_version_retired'],
  [/invalid ciphertext|message authentication failed/, 'wrapped_key_broken'],
  [/deletion is not allowed/, 'deletion-not-allowed'],
  [/min(m?imum)? (available|decryption|encryption) version/, 'retired-meanwhile'],
];

/** The port's error for a refusal that it has a code for; any other error as it is. */
export function keyStoreErrorOf(error: unknown, tenantId: string): unknown {
  const reason = reasonOf(error);
  const code = KEY_STORE_CODES.find((code) => code === reason);
  return code === undefined ? error : new KeyStoreError(code, { tenantId });
}

export function reasonOf(error: unknown): string | undefined {
  return error instanceof VaultError ? error.fields.reason : undefined;
}
