import { broken } from './broken.js';
import { property } from './property.js';

/** The object under this name. @throws BrokenPageError */
export function object(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const found = property(value, name);
  if (isPlain(found)) return found;
  throw broken(value, name, 'an object');
}

export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
