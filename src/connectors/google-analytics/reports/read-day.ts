import type { Day } from '../../../kernel/calendar.js';
import { BrokenPageError } from '../../kit/provider-errors.js';

/** `20261131` as a day. */
export function readDay(date: string): Day {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  if (match === null) throw new BrokenPageError('a date has eight digits');
  return `${match[1]}-${match[2]}-${match[3]}`;
}
