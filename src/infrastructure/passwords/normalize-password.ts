/**
 * One form for what people type the same way on different keyboards (NIST SP 800-63B, 5.1.1.2: NFKC
 * before hashing). Without it a password with an umlaut set on a Mac fails on a phone.
 */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}
