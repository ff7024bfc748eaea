import { broken } from './broken.js';
import { property } from './property.js';

/** The whole number under this name, below 2^53 so that it is exact. @throws BrokenPageError */
export function whole(value: unknown, name: string): number {
  const found = property(value, name);
  if (Number.isSafeInteger(found)) return positiveZero(found as number);
  throw broken(value, name, 'a whole number');
}

/** -0 is no other number, and must not look like one where values are compared as text. */
export function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}
