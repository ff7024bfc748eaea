import { withoutDates } from './without-dates.js';

const GAP = '[ .()/-]{0,3}';

/** Calling codes as the numbering plan has them. */
const COUNTRY =
  '(?:1|7|2(?:0|7|[1-689]\\d)|3(?:[0-469]|[578]\\d)|4(?:[013-9]|2\\d)|5(?:[1-8]|[09]\\d)|6(?:[0-6]|[7-9]\\d)|8(?:[1246]|[0578]\\d)|9(?:[0-58]|[679]\\d))';

/** Numbers by their form alone, in the order of how sure they are. */
const FORMS: readonly RegExp[] = [
  // +49 30 1234567, +1 (415) 555-0123, +49 (0)30 …
  new RegExp(`(?<![\\p{L}\\d])\\+ ?\\(?${COUNTRY}${GAP}(?:\\d${GAP}){5,12}\\d(?!\\d)`, 'u'),
  // 0049 30 1234567: grouped, or long enough to be no padded id.
  new RegExp(`(?<![\\p{L}\\d.-])00 ?${COUNTRY}[ .()/-]{1,3}(?:\\d${GAP}){5,11}\\d(?!\\d)`, 'u'),
  new RegExp(`(?<![\\p{L}\\d.-])00${COUNTRY}\\d{9,12}(?!\\d)`, 'u'),
  // 011 44 20 7946 0958
  new RegExp(`(?<![\\p{L}\\d.-])011[ .-]${COUNTRY}[ .-]?(?:\\d[ .-]?){6,11}\\d(?!\\d)`, 'u'),
  // 415-555-0123, (415) 555-0123, 1.415.555.0123
  /(?<![\p{L}\d])(?<!\d[-.])(?:1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![-.]?\d)/u,
  // (02) 9374 4000, (11) 91234-5678, (0)30 1234567
  /\(0?\d{1,4}\)[ .-]?\d{3,5}[ .-]?\d{3,5}(?:[ .-]\d{2,4})?(?!\d)/u,
  // 06 12 34 56 78
  /(?<![\p{L}\d])(?<!\d[-./])0[1-9](?:[ .-]\d{2}){4}(?![ .-]?\d)/u,
  // 020 7946 0958, 07700 900123, 0171/1234567, 03-1234-5678: a trunk zero, then groups
  /(?<![\p{L}\d])(?<![\p{L}\d][-./_])0[1-9]\d{0,4}[ ./-](?=(?:[ .-]?\d){6,9}(?![ .-]?\d))\d{2,8}(?:[ .-]\d{2,5}){0,3}(?!\d)/u,
  // 612 345 678, 138 1234 5678, 98765 43210
  /(?<![\p{L}\d])(?<!\d[ .-])[679]\d{2}[ -]\d{3}[ -]\d{3}(?![ .-]?\d)/u,
  /(?<![\p{L}\d])(?<!\d[ .-])1[3-9]\d[ -]\d{4}[ -]\d{4}(?![ .-]?\d)/u,
  /(?<![\p{L}\d])(?<!\d[ .-])[6-9]\d{4} \d{5}(?![ .-]?\d)/u,
];

/** A word for telephones, then enough digits. */
const LABELLED =
  /(?<!\p{L})(?:tel|telefon\p{L}{0,6}|telephone|phone|ph|mobile|mobil|movil|cell|cellphone|handy|whatsapp|fax|call|sms)(?:[ _.-]?(?:no|nr|number|num))?[^\p{L}\d~]{0,4}\(?\d(?:[ .()/-]{0,3}\d){6,14}(?!\d)/iu;

/** Whether a telephone number is in a plain text, international or in the common national forms. */
export function hasPhoneNumber(text: string): boolean {
  const undated = withoutDates(text);
  return LABELLED.test(undated) || FORMS.some((form) => form.test(undated));
}
