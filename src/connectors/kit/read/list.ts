import { broken } from './broken.js';
import { keepPlace, placeIn } from './place.js';
import { property } from './property.js';

/** The list under this name. Its items know their place: `data[]`. @throws BrokenPageError */
export function list(value: unknown, name: string): readonly unknown[] {
  const found = property(value, name);
  if (!Array.isArray(found)) throw broken(value, name, 'a list');
  return placed(found, placeIn(value, name));
}

export function placed(items: readonly unknown[], place: string): readonly unknown[] {
  for (const item of items) keepPlace(item, `${place}[]`);
  return items;
}
