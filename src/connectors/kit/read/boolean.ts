import { broken } from './broken.js';
import { property } from './property.js';

/** @throws BrokenPageError */
export function boolean(value: unknown, name: string): boolean {
  const found = property(value, name);
  if (typeof found === 'boolean') return found;
  throw broken(value, name, 'true or false');
}
