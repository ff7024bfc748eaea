/**
 * jsonc-parser's `SyntaxKind`, as far as JSON needs it. The package declares it as an ambient const
 * enum, which code compiled file by file cannot read; a test compares the numbers with the package.
 */
export const TOKEN = {
  openObject: 1,
  closeObject: 2,
  openArray: 3,
  closeArray: 4,
  comma: 5,
  colon: 6,
  null: 7,
  true: 8,
  false: 9,
  string: 10,
  number: 11,
  end: 17,
} as const;
