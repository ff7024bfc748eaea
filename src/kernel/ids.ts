import { randomBytes } from 'node:crypto';

/** Lower case without look-alikes would lose entropy; 36 letters keep names valid as SQL identifiers unquoted. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `length` characters, each uniformly one of 36 (5.17 bits): 16 of them hold 82 bits, 32 hold 165. */
export function randomWord(length: number): string {
  let word = '';
  while (word.length < length) {
    for (const byte of randomBytes(length * 2)) {
      // 252 = 7 * 36: larger bytes would favour the first letters.
      if (byte < 252 && word.length < length) word += ALPHABET[byte % 36];
    }
  }
  return word;
}

/** A tenant's id. Random and says nothing of the customer. */
export function newTenantId(): string {
  return `tnt_${randomWord(20)}`;
}

/** An id of anything else, with a prefix that tells a reader what it is (`mbr_`, `key_`, `cls_`). */
export function newId(prefix: string): string {
  return `${prefix}_${randomWord(20)}`;
}

/** A name for a database, a schema or a role: `nm_<16 chars>`, random for the same reason. */
export function newPlacementName(): string {
  return `nm_${randomWord(16)}`;
}

const TENANT_ID = /^tnt_[a-z0-9]{20}$/;

/** Whether text from outside has the form of a tenant id. Says nothing about whether one exists. */
export function isTenantId(value: string): boolean {
  return TENANT_ID.test(value);
}
