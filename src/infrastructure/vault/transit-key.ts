import { KeyStoreError } from '../../kernel/key-store.js';
import type { KeyVersions } from '../../kernel/key-store.js';
import { unexpected } from './vault-fields.js';

/** What transit says of a key. */
export interface TransitKey {
  newest: number;
  minDecryption: number;
  minEncryption: number;
  /** Versions below it are gone for good; 0 while all are there. */
  minAvailable: number;
}

/**
 * Also refuses a key that could leave Vault: somebody made it so, by hand or before us.
 *
 * @throws KeyStoreError `key_unreadable`
 */
export function transitKeyOf(data: Record<string, unknown>, tenantId: string): TransitKey {
  const wrong = (reason: string) => new KeyStoreError('key_unreadable', { tenantId, reason });
  if (data['type'] !== 'aes256-gcm96' || data['derived'] === true) throw wrong('other-type');
  if (data['exportable'] !== false) throw wrong('exportable');
  if (data['allow_plaintext_backup'] !== false) throw wrong('plaintext-backup');
  const key = {
    newest: data['latest_version'],
    minDecryption: data['min_decryption_version'],
    minEncryption: data['min_encryption_version'],
    minAvailable: data['min_available_version'],
  };
  if (!Object.values(key).every(Number.isSafeInteger)) throw unexpected('transit.find');
  return key as TransitKey;
}

export function versionsOf({ newest, minDecryption }: TransitKey): KeyVersions {
  return { newest, oldest: Math.max(1, minDecryption) };
}
