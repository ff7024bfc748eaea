import { broken } from './broken.js';
import { whole } from './whole.js';

/** 9999-12-31: milliseconds, taken for seconds, would lie beyond. */
const LAST = 253_402_300_799;

/** The instant under this name, sent as whole seconds since 1970; given as milliseconds. @throws BrokenPageError */
export function unixSeconds(value: unknown, name: string): number {
  const seconds = whole(value, name);
  if (seconds < 0 || seconds > LAST) throw broken(value, name, 'seconds since 1970');
  return seconds * 1_000;
}
