import { describe, expect, it } from '@jest/globals';
import { canonicalEmail, formsOf, storedEmail } from '../../src/kernel/email-address.js';

const E = '\u00e9';
const NFD_E = 'e\u0301';

describe('addresses that are one', () => {
  it.each([
    ['case', 'ada@example.com', ['ADA@EXAMPLE.COM', 'aDa@eXample.Com']],
    ['plain blanks around it', 'ada@example.com', [' ada@example.com', 'ada@example.com\r\n\t']],
    ['the dot at the end of a domain', 'ada@example.com', ['ada@example.com.', 'Ada@Example.COM.']],
    ['composed and decomposed accents', `jos${E}@example.com`, [`jos${NFD_E}@example.com`]],
    [
      'a capital with an accent',
      `jos${E}@example.com`,
      [`JOS${'\u00c9'}@example.com`, `JOSE\u0301@x`.replace('@x', '@example.com')],
    ],
    [
      'Unicode and punycode domains',
      'a@xn--mnchen-3ya.de',
      ['a@m\u00fcnchen.de', 'a@mu\u0308nchen.de', 'A@XN--MNCHEN-3YA.DE', 'a@M\u00dcNCHEN.de.'],
    ],
    [
      'full-width letters and dots of a domain',
      'a@b.com',
      ['a@\uff42.com', 'a@b\uff0ecom', 'a@b\u3002com', 'a@b\uff61com'],
    ],
    [
      'the two small sigmas',
      '\u03bf\u03b4\u03bf\u03c3@x.com',
      ['\u039f\u0394\u039f\u03a3@x.com', '\u03bf\u03b4\u03bf\u03c2@x.com'],
    ],
    ['the sign of kelvin', 'k@x.com', ['\u212a@x.com', 'K@x.com']],
  ])('whatever their %s', (_, one, others) => {
    expect(canonicalEmail(one)).toBe(one);
    for (const other of others) expect(canonicalEmail(other)).toBe(one);
  });
});

describe('addresses that are two', () => {
  it.each([
    ['a letter of another script', 'ada@example.com', '\u0430da@example.com'],
    ['such a letter in the domain', 'a@apple.com', 'a@\u0430pple.com'],
    ['sharp s in the domain', 'a@fass.de', 'a@fa\u00df.de'],
    ['a tag', 'ada@example.com', 'ada+x@example.com'],
  ])('by %s', (_, one, other) => {
    expect(canonicalEmail(one)).not.toBeNull();
    expect(canonicalEmail(other)).not.toBeNull();
    expect(canonicalEmail(other)).not.toBe(canonicalEmail(one));
  });
});

describe('refused', () => {
  const SIGNS = [
    0x00, 0x09, 0x0a, 0x1f, 0x7f, 0x85, 0xa0, 0xad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x180b,
    0x180e, 0x2000, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x202f,
    0x205f, 0x2060, 0x2063, 0x2066, 0x2069, 0x206f, 0x2800, 0x3000, 0x3164, 0xe000, 0xfe00, 0xfe0f,
    0xfeff, 0xffa0, 0xfff9, 0xe0020, 0xe0100, 0xe01ef, 0x1d173, 0x0378, 0xd800,
  ];
  it.each(SIGNS.map((code) => [`U+${code.toString(16)}`, String.fromCodePoint(code)]))(
    'with %s in the local part, in the domain and beside the @',
    (_, sign) => {
      for (const address of [
        `a${sign}da@example.com`,
        `ada@exa${sign}mple.com`,
        `ada${sign}@example.com`,
        `ada@${sign}example.com`,
        `ada@example.c${sign}om`,
      ]) {
        expect(canonicalEmail(address)).toBeNull();
      }
    },
  );

  it.each([
    ['nothing', ''],
    ['no @', 'ada.example.com'],
    ['a full-width @', 'ada\uff20example.com'],
    ['a small @', 'ada\ufe6bexample.com'],
    ['two @', 'ada@b@example.com'],
    ['no local part', '@example.com'],
    ['no domain', 'ada@'],
    ['one label', 'ada@localhost'],
    ['an address of a machine', 'ada@192.0.2.1'],
    ['the same in hexadecimal', 'ada@0x7f.1'],
    ['the same in brackets', 'ada@[192.0.2.1]'],
    ['a port', 'ada@example.com:25'],
    ['a path', 'ada@example.com/x'],
    ['escapes of URLs', 'ada@ex%61mple.com'],
    ['quotes', '"a da"@example.com'],
    ['a comment', 'ada(x)@example.com'],
    ['several', 'a@example.com,b@example.com'],
    ['angle brackets', '<ada@example.com>'],
    ['dots at the ends', '.ada@example.com'],
    ['dots at the other end', 'ada.@example.com'],
    ['two dots', 'a..da@example.com'],
    ['two dots in the domain', 'ada@example..com'],
    ['two dots at its end', 'ada@example.com..'],
    ['a hyphen at an end', 'ada@-example.com'],
    ['an underscore in the domain', 'ada@ex_ample.com'],
    ['punycode of nothing', 'ada@xn--a.com'],
    ['punycode of what has another form', 'ada@xn--abc.com'],
    ['full-width letters', '\uff41da@example.com'],
    ['a ligature', '\ufb01na@example.com'],
    ['a long s', 'ro\u017fe@example.com'],
    ['a local part of 65', `${'a'.repeat(65)}@example.com`],
    ['one of 33 letters of two bytes', `${E.repeat(33)}@example.com`],
    ['a label of 64', `a@${'b'.repeat(64)}.com`],
    ['255 characters', `a@${`${'b'.repeat(49)}.`.repeat(5)}com`],
    ['a megabyte', `${'a'.repeat(1_000_000)}@example.com`],
  ])('%s', (_, address) => {
    expect(canonicalEmail(address)).toBeNull();
  });
});

it('the form of a form is itself, and stands first among all that it may be kept under', () => {
  const parts = [
    'a',
    'Z',
    E,
    NFD_E,
    '\u00df',
    '\u0130',
    '\u03a3',
    '\u0430',
    '7',
    '+',
    '-',
    '\u0e33',
    '\u1e9e',
    '\uac00',
  ];
  const domains = [
    'Example.com',
    'm\u00fcnchen.DE',
    '\u5b9e\u4f8b.\u4e2d\u56fd',
    'fa\u00df.de',
    'x.co.uk.',
  ];
  let known = 0;
  for (const a of parts)
    for (const b of parts)
      for (const c of parts) {
        const form = canonicalEmail(`${a}${b}${c}@${domains[known % domains.length]}`);
        if (form === null) continue;
        known += 1;
        expect(canonicalEmail(form)).toBe(form);
        expect(formsOf(form)[0]).toBe(form);
        for (const other of formsOf(form)) expect(canonicalEmail(other)).toBe(form);
      }
  expect(known).toBeGreaterThan(500);
});

it('an ASCII address has one form, so looking for it costs one hash', () => {
  expect(formsOf('ada@example.com')).toEqual(['ada@example.com']);
});

it('what was let in before is kept as it looks, or as it was', () => {
  expect(storedEmail('a\u200bda@example.com')).toBe('ada@example.com');
  expect(storedEmail('\uff41da@example.com')).toBe('ada@example.com');
  expect(storedEmail('"a b"@Example.com')).toBe('"a b"@example.com');
});
