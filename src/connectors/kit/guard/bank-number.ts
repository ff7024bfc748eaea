import { withoutDates } from './without-dates.js';

/** Six digits or more, in groups. */
const DIGITS = '(\\d(?:[ ./-]?\\d){5,21})(?!\\d)';

const BETWEEN = '[^a-z0-9~]{0,4}';

const NUMBER_WORD = '(?:no|nr|num|number|numero|nummer|code|id)';

/** Words that say outright what the digits after them are. */
const SAYS_SO = [
  `(?:bank|giro|checking|savings|deposit)${BETWEEN}(?:account|acct|acc|a/c|konto)`,
  `(?:account|acct|acc|a/c)${BETWEEN}${NUMBER_WORD}`,
  'a/c',
  'acct',
  'kontonummer',
  'konto',
  'kontonr',
  'iban',
  'bban',
  'blz',
  'bankleitzahl',
  'rib',
  'clabe',
  'bsb',
  'sort ?code',
  '(?:numero de )?cuenta',
  '(?:numero de )?compte',
  'rekening(?:nummer)?',
  'routing',
  'aba',
  'rtn',
].join('|');

const LABELLED = new RegExp(
  `(?<![a-z])(?:${SAYS_SO})(?:${BETWEEN}${NUMBER_WORD})?${BETWEEN}${DIGITS}`,
  'i',
);

/** "Account" alone also stands in names; a long unbroken number after it does not. */
const BARE = new RegExp(`(?<![a-z])account${BETWEEN}(\\d{8,17})(?!\\d)`, 'i');

/** Words of payments between banks; any valid routing number beside them is one. */
const TRANSFER =
  /(?<![a-z])(?:ach|wire|fedwire|transit|bank|checking|savings|direct deposit)(?![a-z])/i;

/** Whether a bank account's or a bank's number is in a plain text, as far as its words give it away. */
export function hasBankNumber(text: string): boolean {
  const undated = withoutDates(text);
  if (LABELLED.test(undated) || BARE.test(undated)) return true;
  return TRANSFER.test(undated) && (undated.match(/(?<!\d)\d{9}(?!\d)/g) ?? []).some(isRouting);
}

/** The check digit of the American Bankers Association. */
function isRouting(digits: string): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = [...digits].map(Number);
  return digits !== '000000000' && (3 * (a + d + g) + 7 * (b + e + h) + (c + f + i)) % 10 === 0;
}
