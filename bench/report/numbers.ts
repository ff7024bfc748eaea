import type { Row, Target } from '../support/figure.js';
import { isMet } from '../support/figure.js';

/** Three significant digits, no exponent. */
export function shortNumber(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

export function targetText(target: Target | null): string {
  if (target === null) return 'reported';
  const bound = 'atMost' in target ? target.atMost : target.atLeast;
  return `${'atMost' in target ? 'at most' : 'at least'} ${shortNumber(bound)}`;
}

export function verdict(row: Row): string {
  const met = isMet(row);
  if (met === null) return '';
  return met ? 'yes' : 'NO';
}
