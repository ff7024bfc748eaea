import { keepPlace, placeIn } from './place.js';

/**
 * A value of an object, whatever it is; `undefined` where it has none of that name, or is no object.
 * Only what the answer itself holds: never what all objects inherit (`constructor`, `__proto__`).
 */
export function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const found = (value as Record<string, unknown>)[name];
  keepPlace(found, placeIn(value, name));
  return found;
}
