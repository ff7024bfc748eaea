import { broken } from './broken.js';
import { property } from './property.js';

/** The text under this name; null where there is none. @throws BrokenPageError */
export function optionalText(value: unknown, name: string): string | null {
  const found = property(value, name) ?? null;
  if (found === null || typeof found === 'string') return found;
  throw broken(value, name, 'a text or absent');
}
