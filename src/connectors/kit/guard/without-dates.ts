const YEAR = '(?:19|20)\\d{2}';
const MONTH = '(?:0?[1-9]|1[0-2])';
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const GAP = '[-./_ ]';

const DATES = new RegExp(
  [
    `${YEAR}${GAP}${MONTH}${GAP}${DAY}`,
    `${DAY}${GAP}${MONTH}${GAP}${YEAR}`,
    `${MONTH}${GAP}${DAY}${GAP}${YEAR}`,
    `${YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])`,
  ]
    .map((form) => `(?<!\\d)${form}(?!\\d)`)
    .join('|'),
  'g',
);

/** Dates taken out, so that a campaign's day is no number of anything. What is left does not join up. */
export function withoutDates(text: string): string {
  return text.replace(DATES, ' ~ ');
}
