import type { Tokens } from '../../connectors/kit/tokens.js';
import { Secret } from '../../kernel/secret.js';
import type { SecretValue } from '../../kernel/secret-store.js';

/** Tokens as they are kept, with the version they are. */
export interface TokenPair {
  version: number;
  /** The pair whose refresh gave this one; null where a person's consent did. */
  after: string | null;
  tokens: Tokens;
}

export function pairToSecret({ version, after, tokens }: TokenPair): SecretValue {
  return {
    version: String(version),
    after: after ?? '',
    accessToken: tokens.accessToken.reveal(),
    refreshToken: tokens.refreshToken?.reveal() ?? '',
    expiresAt: String(tokens.expiresAt),
    refreshExpiresAt: tokens.refreshExpiresAt === null ? '' : String(tokens.refreshExpiresAt),
    scopes: JSON.stringify(tokens.scopes),
    grant: JSON.stringify(tokens.grant),
  };
}

/** Null where it is none of ours: there is no half of a pair. */
export function pairFromSecret(value: SecretValue): TokenPair | null {
  const { version, after, accessToken, refreshToken, expiresAt } = value;
  const { refreshExpiresAt, scopes, grant } = value;
  if (version === undefined || accessToken === undefined || expiresAt === undefined) return null;
  return {
    version: Number(version),
    after: isGiven(after) ? after : null,
    tokens: {
      accessToken: new Secret(accessToken),
      refreshToken: isGiven(refreshToken) ? new Secret(refreshToken) : null,
      expiresAt: Number(expiresAt),
      refreshExpiresAt: isGiven(refreshExpiresAt) ? Number(refreshExpiresAt) : null,
      scopes: isGiven(scopes) ? (JSON.parse(scopes) as string[]) : [],
      grant: isGiven(grant) ? (JSON.parse(grant) as Record<string, string>) : {},
    },
  };
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
