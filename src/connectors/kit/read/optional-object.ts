import { broken } from './broken.js';
import { isPlain } from './object.js';
import { property } from './property.js';

/** The object under this name; null where there is none. @throws BrokenPageError */
export function optionalObject(
  value: unknown,
  name: string,
): Readonly<Record<string, unknown>> | null {
  const found = property(value, name) ?? null;
  if (found === null || isPlain(found)) return found;
  throw broken(value, name, 'an object or absent');
}
