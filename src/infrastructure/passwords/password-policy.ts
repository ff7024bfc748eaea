import { COMMON_PASSWORDS } from './common-passwords.js';
import { normalizePassword } from './normalize-password.js';

export const PASSWORD_MIN_CHARACTERS = 8;
export const PASSWORD_MAX_CHARACTERS = 128;

export type PasswordFault =
  | 'password_too_short'
  | 'password_too_long'
  /** NUL or half a surrogate pair: different inputs would become the same bytes. */
  | 'password_bad_character'
  /** Known from leaks, or a short piece repeated. */
  | 'password_too_common'
  /** The e-mail address, its local part, or the organisation. */
  | 'password_is_account';

/** What a password must not simply repeat. */
export interface PasswordOwner {
  email?: string;
  organization?: string;
}

/**
 * What is wrong with a new password, or null. Length over composition (NIST SP 800-63B, 5.1.1.2): no
 * rule asks for digits or signs. Characters are code points after normalisation.
 */
export function passwordFault(password: string, owner: PasswordOwner = {}): PasswordFault | null {
  // Measured before normalising, which may lengthen text eighteen-fold.
  if (password.length > 2 * PASSWORD_MAX_CHARACTERS) return 'password_too_long';
  const text = normalizePassword(password);
  const characters = [...text];
  if (characters.length < PASSWORD_MIN_CHARACTERS) return 'password_too_short';
  if (characters.length > PASSWORD_MAX_CHARACTERS) return 'password_too_long';
  if (text.includes('\0') || /\p{Cs}/u.test(text)) return 'password_bad_character';
  const folded = fold(text);
  if (COMMON_PASSWORDS.has(folded) || repeatsAPiece(folded)) return 'password_too_common';
  if (namesOf(owner).some((name) => name === folded)) return 'password_is_account';
  return null;
}

/** Case and blanks do not make a known password a new one. */
function fold(text: string): string {
  return normalizePassword(text).toLowerCase().replaceAll(/\s/g, '');
}

function namesOf({ email = '', organization = '' }: PasswordOwner): string[] {
  return [email, email.slice(0, Math.max(0, email.lastIndexOf('@'))), organization].map(fold);
}

/** `aaaaaaaaaa`, `1212121212`, `abcabcabcabc`: a piece of up to four characters, over and over. */
function repeatsAPiece(text: string): boolean {
  return /^(.{1,4}?)\1{2,}$/su.test(text) || /^(.)\1*$/su.test(text);
}
