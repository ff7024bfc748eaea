import { isDay } from '../../../kernel/calendar.js';
import { broken } from './broken.js';
import { property } from './property.js';

/** With its offset: a local time without one is not an instant. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;

/** The instant under this name, `2026-01-31T12:00:00Z` or with an offset; as milliseconds since 1970. @throws BrokenPageError */
export function isoInstant(value: unknown, name: string): number {
  const found = property(value, name);
  const ms = typeof found === 'string' ? instantOf(found) : Number.NaN;
  if (Number.isNaN(ms)) throw broken(value, name, 'an instant with its offset');
  return ms;
}

function instantOf(text: string): number {
  const [, day = '', time = '', fraction = '', offset = ''] = INSTANT.exec(text) ?? [];
  if (!isDay(day)) return Number.NaN;
  const zone = offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  return Date.parse(
    `${day}T${time}${time.length === 5 ? ':00' : ''}${fraction.slice(0, 4)}${zone}`,
  );
}
