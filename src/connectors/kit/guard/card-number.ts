/** What issuers give out: first digits, and how many there are in all. */
const ISSUED: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:30[0-5]|3095|3[689])/, [14, 16, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^(?:62|81)/, [16, 17, 18, 19]],
  [/^220[0-4]/, [16, 17, 18, 19]],
  [/^(?:5018|502|503|5[68]|6304|63[679]|67|60)/, [13, 14, 15, 16, 17, 18, 19]],
  [/^(?:50|82|8600|9792|9860)/, [16, 18, 19]],
];

const LONGEST = 19;

/** Groups of digits with little between them: `4242 4242-4242 . 4242`. */
const GROUPED = /\d+(?:[ ._,/+*|-]{1,3}\d+)*/g;

/** Whether a payment card's number is in a plain text, also among other digits. */
export function hasCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(GROUPED)) {
    const groups = run.match(/\d+/g) ?? [];
    if (groups.some((_group, from) => beginsCard(groups, from))) return true;
  }
  return false;
}

function beginsCard(groups: readonly string[], from: number): boolean {
  let digits = '';
  for (const group of groups.slice(from, from + LONGEST)) {
    digits += group;
    if (digits.length > LONGEST) return false;
    if (isCard(digits)) return true;
  }
  return false;
}

function isCard(digits: string): boolean {
  return (
    ISSUED.some(([start, lengths]) => lengths.includes(digits.length) && start.test(digits)) &&
    passesLuhn(digits)
  );
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
