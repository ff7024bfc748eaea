import { BrokenPageError } from '../provider-errors.js';
import { placeIn } from './place.js';

/** `data[].amount is a whole number` */
export function broken(value: unknown, name: string, expected: string): BrokenPageError {
  return new BrokenPageError(`${placeIn(value, name)} is ${expected}`);
}
