import type { Row } from '../support/figure.js';
import { isMet } from '../support/figure.js';

/** Three significant digits, no exponent. */
export function shortNumber(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** Such as 0.61, or +0.61 s for a difference. */
export function comparisonText({ ratio, difference, unit }: Row): string {
  return difference === undefined ? ratio.toFixed(2) : differenceText(difference, unit);
}

export function targetText({ target, difference, unit }: Row): string {
  if (target === null) return 'reported';
  const bound = 'atMost' in target ? target.atMost : target.atLeast;
  const text = difference === undefined ? shortNumber(bound) : differenceText(bound, unit);
  return `${'atMost' in target ? 'at most' : 'at least'} ${text}`;
}

function differenceText(value: number, unit: string): string {
  return `${value < 0 ? '' : '+'}${shortNumber(value)} ${unit}`;
}

export function verdict(row: Row): string {
  const met = isMet(row);
  if (met === null) return '';
  return met ? 'yes' : 'NO';
}
