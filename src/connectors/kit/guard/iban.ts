/** Length by country. */
const LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BI: 27,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DJ: 27,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FK: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HN: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LC: 32,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  LY: 25,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MN: 20,
  MR: 27,
  MT: 31,
  MU: 30,
  NI: 28,
  NL: 18,
  NO: 15,
  OM: 23,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  RU: 33,
  SA: 24,
  SC: 31,
  SD: 18,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  SO: 23,
  ST: 25,
  SV: 28,
  TL: 23,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
  YE: 30,
};

/** Where one may begin: not inside a longer word, unless that word is "IBAN". */
const START = /(?:(?<![A-Z0-9])|(?<=IBAN))(?=[A-Z][ ._-]?[A-Z][ ._-]?\d[ ._-]?\d)/g;

/** Whether an international bank account number is in a plain text, whatever its grouping. */
export function hasIban(text: string): boolean {
  const upper = text.toUpperCase();
  for (const { index } of upper.matchAll(START)) if (ibanBegins(upper, index)) return true;
  return false;
}

function ibanBegins(text: string, from: number): boolean {
  let account = '';
  let between = 0;
  let length = Infinity;
  for (let at = from; at < text.length && account.length < length; at += 1) {
    const letter = text[at] ?? '';
    if (/[A-Z0-9]/.test(letter)) {
      account += letter;
      between = 0;
    } else if (/[ ._/+-]/.test(letter) && between < 3) between += 1;
    else break;
    if (account.length === 2) length = lengthOf(account);
  }
  return account.length === length && passesMod97(account);
}

function lengthOf(country: string): number {
  return Object.hasOwn(LENGTHS, country) ? (LENGTHS[country] ?? 0) : 0;
}

function passesMod97(account: string): boolean {
  let rest = 0;
  for (const letter of account.slice(4) + account.slice(0, 4)) {
    for (const digit of Number.parseInt(letter, 36).toString())
      rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}
