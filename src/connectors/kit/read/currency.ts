import { broken } from './broken.js';
import { text } from './text.js';

/** The currency under this name, ISO 4217 in whatever case; given in upper case. @throws BrokenPageError */
export function currency(value: unknown, name: string): string {
  const found = text(value, name);
  if (/^[A-Za-z]{3}$/.test(found)) return found.toUpperCase();
  throw broken(value, name, 'a currency');
}
