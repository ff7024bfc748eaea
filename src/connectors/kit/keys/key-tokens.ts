import { Secret } from '../../../kernel/secret.js';
import type { KeyFacts } from '../facts.js';
import type { Tokens } from '../tokens.js';

/** 9999-12-31: a key ends when somebody ends it. */
const NEVER = 253_402_214_400_000;

/** A key that a person gave, as what tokens are kept as: one that is never refreshed. */
export function keyTokens(facts: KeyFacts, given: Readonly<Record<string, string>>): Tokens {
  const values = facts.fields.map(({ name }) => given[name] ?? '');
  const token =
    facts.token === 'value'
      ? (values[0] ?? '')
      : Buffer.from(values.join(':'), 'utf8').toString('base64');
  return {
    accessToken: new Secret(token),
    refreshToken: null,
    expiresAt: NEVER,
    refreshExpiresAt: null,
    scopes: [],
    grant: {},
  };
}
