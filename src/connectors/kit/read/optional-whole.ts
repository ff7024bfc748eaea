import { broken } from './broken.js';
import { property } from './property.js';
import { positiveZero } from './whole.js';

/** The whole number under this name; null where there is none. @throws BrokenPageError */
export function optionalWhole(value: unknown, name: string): number | null {
  const found = property(value, name) ?? null;
  if (found === null) return null;
  if (Number.isSafeInteger(found)) return positiveZero(found as number);
  throw broken(value, name, 'a whole number or absent');
}
