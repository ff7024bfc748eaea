/** Each round takes one layer of encoding off: `%2534` is `%34` is `4`. */
const MAX_ROUNDS = 4;

/** Nothing to fold but spaces: most values. */
const PLAIN = /^[ -~]*$/;

/**
 * A text as the rules read it: plain letters and ASCII digits, once as it stands and once more for
 * each layer of HTML entities or percent-encoding taken off. For looking only; never kept.
 */
export function plainViews(text: string): ReadonlySet<string> {
  const views = new Set<string>();
  let layer = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    views.add(fold(layer));
    const decoded = percentDecoded(entitiesDecoded(fold(layer)));
    if (decoded === layer) break;
    layer = decoded;
  }
  return views;
}

/** Full-width and other digits become ASCII; what cannot be seen goes; dashes, dots and spaces become one of each. */
function fold(text: string): string {
  if (PLAIN.test(text)) return text.replace(/ {2,}/g, ' ');
  return text
    .normalize('NFKD')
    .replace(/[\p{Cf}\p{DI}\p{M}]/gu, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(/[\p{Pd}\u2212\u02d7\u30fc]/gu, '-')
    .replace(/[\u00b7\u2022\u2219\u22c5\u3002\u30fb]/g, '.')
    .replace(/[\s\p{Cc}]+/gu, ' ');
}

/** Decimal digits come in runs of ten that begin at a code ending in 0 or 6. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  if (code < 0x80) return digit;
  const row = code & ~0xf;
  const zero = /\p{Nd}/u.test(String.fromCodePoint(row)) ? row : row + 6;
  return String(code - zero);
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  commat: '@',
  period: '.',
  plus: '+',
  hyphen: '-',
  dash: '-',
  ndash: '-',
  mdash: '-',
  minus: '-',
  lowbar: '_',
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  tab: ' ',
  newline: ' ',
  shy: '',
  zwj: '',
  zwnj: '',
  lpar: '(',
  rpar: ')',
  sol: '/',
  percnt: '%',
  num: '#',
  colon: ':',
};

const ENTITY = /&(?:#(\d{1,7});?|#x([0-9a-f]{1,6});?|([a-z]{2,8});)/gi;

function entitiesDecoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
