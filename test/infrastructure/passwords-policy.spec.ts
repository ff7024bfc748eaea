import { describe, expect, it } from '@jest/globals';
import { COMMON_PASSWORDS } from '../../src/infrastructure/passwords/common-passwords.js';
import { passwordFault } from '../../src/infrastructure/passwords/password-policy.js';

describe('a new password', () => {
  it.each([
    'correct horse battery staple',
    'Pa55-wörter-gut',
    '漢字漢字仮名仮名文字',
    'a'.repeat(64) + 'b'.repeat(64),
  ])('is accepted when it is long enough and not known: %j', (password) =>
    expect(passwordFault(password)).toBeNull(),
  );

  it('is measured in characters, not in bytes or halves of them', () => {
    expect(passwordFault('😀🙂🙃😉😊😇😍')).toBe('password_too_short');
    expect(passwordFault('😀🙂🙃😉😊😇😍🤩')).toBeNull();
    expect(passwordFault(`${'😀🙂'.repeat(60)}abcdefgh`)).toBeNull();
    expect(passwordFault(`${'😀🙂'.repeat(60)}abcdefghi`)).toBe('password_too_long');
    expect(passwordFault('e\u0301'.repeat(5))).toBe('password_too_short');
    expect(passwordFault('ab1'.repeat(1_000_000))).toBe('password_too_long');
  });

  it.each([
    '1234567890',
    'Password123',
    'QWERTYUIOP',
    'pass word 123',
    'ｐａｓｓｗｏｒｄ１２３',
    'aaaaaaaaaa',
    '          x',
    '1212121212',
    'abcabcabcabc',
    'abcdabcdabcd',
    'password',
    '12345678',
  ])('is refused when others try it first: %s', (password) =>
    expect(passwordFault(password)).toBe('password_too_common'),
  );

  it.each(['secret\0secret', 'secret\ud800secret'])(
    'is refused with text that bytes cannot hold: %j',
    (password) => expect(passwordFault(password)).toBe('password_bad_character'),
  );

  it.each(['Maria.Mueller@Example.com', 'maria.mueller', 'Müller & Söhne', 'müller&söhne'])(
    'is refused when it is the account itself: %s',
    (password) => {
      const owner = { email: 'maria.mueller@example.com', organization: 'Müller & Söhne' };
      expect(passwordFault(password, owner)).toBe('password_is_account');
      expect(passwordFault(`${password} 7 blue`, owner)).toBeNull();
      expect(passwordFault(password)).toBeNull();
    },
  );

  it('list of common ones holds only what the length rule lets pass, in the form it is compared in', () => {
    expect(COMMON_PASSWORDS.size).toBeGreaterThan(100);
    for (const known of COMMON_PASSWORDS) {
      expect(known).toBe(known.toLowerCase());
      expect(`${known}: ${passwordFault(known)}`).toBe(`${known}: password_too_common`);
    }
  });
});
