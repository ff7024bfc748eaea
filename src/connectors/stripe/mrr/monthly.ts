import { type Fraction, fraction } from '../../../kernel/fraction.js';

/** How many times a month something is due that comes every `count` days, weeks, months or years; null for another word. */
export function timesAMonth(interval: string, count: number): Fraction | null {
  const every = BigInt(count);
  switch (interval) {
    case 'year':
      return fraction(1n, 12n * every);
    case 'month':
      return fraction(1n, every);
    case 'week':
      return fraction(52n, 12n * every);
    case 'day':
      return fraction(365n, 12n * every);
    default:
      return null;
  }
}
