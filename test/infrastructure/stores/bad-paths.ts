/** One segment of letters, digits, `-` and `_`, of 1 to 100: none of these is. */
export const BAD_NAMES = [
  '',
  '.',
  '..',
  '../x',
  'a/b',
  '/a',
  'a/',
  'a\\b',
  'a.b',
  '.hidden',
  'a\0',
  'ä',
  'a b',
  'a\n',
  'a%2fb',
  'a?b',
  '*',
  'x'.repeat(101),
];

/** Neither a tenant id nor the central one. */
export const BAD_TENANTS = [
  '',
  '.',
  '..',
  '../..',
  'tnt_short',
  'tnt_0123456789abcdefghij/..',
  'tnt_0123456789abcdefghij\n',
  'tnt_0123456789abcdefghij/x',
  'TNT_0123456789ABCDEFGHIJ',
  'xtnt_0123456789abcdefghij',
  'Central',
  'central/',
];
