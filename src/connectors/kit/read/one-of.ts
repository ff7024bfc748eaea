import { broken } from './broken.js';
import { property } from './property.js';

/** The text under this name, where only these are possible. @throws BrokenPageError */
export function oneOf<const Choice extends string>(
  value: unknown,
  name: string,
  choices: readonly Choice[],
): Choice {
  const found = property(value, name);
  const choice = choices.find((candidate) => candidate === found);
  if (choice !== undefined) return choice;
  throw broken(value, name, `one of ${choices.join(', ')}`);
}
