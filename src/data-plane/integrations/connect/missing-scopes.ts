import type { ProviderFacts } from '../../../connectors/kit/facts.js';
import { isGranted } from '../../../connectors/kit/is-granted.js';
import type { Tokens } from '../../../connectors/kit/tokens.js';

/**
 * Scopes that were asked for and not given. None where the provider does not say what it gave, or where
 * permissions belong to the app and not to the consent.
 */
export function missingScopes(facts: ProviderFacts, { scopes }: Tokens): string[] {
  if (facts.auth.kind !== 'oauth2' || !facts.auth.sendsScope || scopes.length === 0) return [];
  return facts.scopes.read.filter((scope) => !isGranted(facts.scopes, scopes, scope));
}
