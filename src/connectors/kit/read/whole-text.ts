import { broken } from './broken.js';
import { property } from './property.js';
import { positiveZero } from './whole.js';

const WHOLE = /^-?\d{1,16}$/;

/** A whole number that the provider writes as text: `"42"`. @throws BrokenPageError */
export function wholeText(value: unknown, name: string): number {
  const found = property(value, name);
  const number = typeof found === 'string' && WHOLE.test(found) ? Number(found) : Number.NaN;
  if (Number.isSafeInteger(number)) return positiveZero(number);
  throw broken(value, name, 'a whole number written as text');
}
