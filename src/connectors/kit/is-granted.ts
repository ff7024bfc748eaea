import type { ScopeFacts } from './facts.js';
import { scopeWord } from './scope-word.js';

/**
 * Whether a grant allows what this scope allows: it lists it, or a scope that implies it.
 *
 * @param granted as the provider listed them. Many do not say what they gave; what an empty list means is
 *   for the caller to know
 */
export function isGranted(
  { implies = [] }: Pick<ScopeFacts, 'implies'>,
  granted: readonly string[],
  needed: string,
): boolean {
  if (granted.includes(needed)) return true;
  return implies.some(({ scope, gives }) => {
    const word = scopeWord(gives, needed);
    return word !== null && granted.includes(scope.replace('{x}', () => word));
  });
}
