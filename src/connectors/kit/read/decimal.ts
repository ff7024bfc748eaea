import { broken } from './broken.js';
import { decimalUnits } from './decimal-units.js';
import { placeIn } from './place.js';
import { property } from './property.js';

/**
 * The decimal number under this name, as text (`"12.30"`) or as a number of JSON, in whole units at
 * `digits` after the point; see `decimalUnits`. @throws BrokenPageError
 */
export function decimal(value: unknown, name: string, digits: number): number {
  const found = property(value, name);
  if (typeof found !== 'string' && typeof found !== 'number') {
    throw broken(value, name, 'a decimal number');
  }
  return decimalUnits(String(found), digits, placeIn(value, name));
}
