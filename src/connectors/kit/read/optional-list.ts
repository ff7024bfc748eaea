import { broken } from './broken.js';
import { placed } from './list.js';
import { placeIn } from './place.js';
import { property } from './property.js';

/** The list under this name; empty where there is none. @throws BrokenPageError */
export function optionalList(value: unknown, name: string): readonly unknown[] {
  const found = property(value, name) ?? [];
  if (!Array.isArray(found)) throw broken(value, name, 'a list or absent');
  return placed(found, placeIn(value, name));
}
