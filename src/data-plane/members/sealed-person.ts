import { MEMBERS } from '../../../tenants/sealed-columns.js';
import { formsOf, storedEmail } from '../../kernel/email-address.js';
import type { Sealed } from '../../infrastructure/envelope/sealed-format.js';
import type { Opener, Sealer } from '../../tenancy/keys/tenant-cipher.js';

export interface Person {
  name: string;
  /** In its canonical form; see `src/kernel/email-address.ts`. */
  email: string;
}

/** How the sealed columns of `members` are opened and sealed: here and nowhere else. */
export function openPerson(
  cipher: Opener,
  row: { id: string; name: Buffer; email: Buffer },
): Person {
  return {
    name: cipher.openText(MEMBERS.name, row.id, row.name),
    email: openAddress(cipher, row),
  };
}

export function openAddress(cipher: Opener, row: { id: string; email: Buffer }): string {
  return cipher.openText(MEMBERS.email, row.id, row.email);
}

export function openPasswordHash(
  cipher: Opener,
  row: { id: string; passwordHash: Buffer },
): string {
  return cipher.openText(MEMBERS.passwordHash, row.id, row.passwordHash);
}

export function sealPerson(
  cipher: Sealer,
  { id, name, email }: Person & { id: string },
): { name: Sealed; email: Sealed; emailHash: Buffer } {
  return {
    name: sealName(cipher, id, name),
    email: cipher.sealText(MEMBERS.email, id, storedEmail(email)),
    emailHash: addressHash(cipher, email),
  };
}

export function sealName(cipher: Sealer, id: string, name: string): Sealed {
  return cipher.sealText(MEMBERS.name, id, name);
}

export function sealPasswordHash(cipher: Sealer, id: string, passwordHash: string): Sealed {
  return cipher.sealText(MEMBERS.passwordHash, id, passwordHash);
}

/** What an address is kept under, however it was typed. */
export function addressHash(cipher: Opener, email: string): Buffer {
  return cipher.hash('email', storedEmail(email));
}

/** All that a member with this address may still be kept under, its canonical form first. */
export function addressHashes(cipher: Opener, email: string): Buffer[] {
  return formsOf(storedEmail(email)).map((form) => cipher.hash('email', form));
}
