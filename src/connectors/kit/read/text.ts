import { broken } from './broken.js';
import { property } from './property.js';

/** The text under this name. @throws BrokenPageError */
export function text(value: unknown, name: string): string {
  const found = property(value, name);
  if (typeof found === 'string') return found;
  throw broken(value, name, 'a text');
}
