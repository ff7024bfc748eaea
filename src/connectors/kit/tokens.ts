import type { Secret } from '../../kernel/secret.js';

/** What a token URL gave. Lives in the SecretStore and briefly in memory. */
export interface Tokens {
  accessToken: Secret;
  /** Null: the answer had none, so an older one stays good. */
  refreshToken: Secret | null;
  /** ms since 1970. */
  expiresAt: number;
  refreshExpiresAt: number | null;
  /** Empty where the provider does not say. */
  scopes: readonly string[];
  /** What else the answer said and the connector needs: ids, never secrets. */
  grant: Readonly<Record<string, string>>;
}

export interface TokenQuirks {
  /** Names in the token answer that `Tokens.grant` keeps. Their values become text. */
  keep: readonly string[];
  /** Names in the query of the way back from the consent page that it keeps too (QuickBooks says the company there). */
  keepFromCallback?: readonly string[];
  /** More for `Tokens.grant`, made of the token answer: an id inside a token. Never a person's data. */
  more?(answer: unknown): Readonly<Record<string, string>>;
  /**
   * What a failed refresh means, by the provider's exact words. `final`: access was taken back, the
   * owner must connect again. `passing`: try later. Null: as the kit takes it (`invalid_grant` is final,
   * all else passes).
   */
  refreshFailure?(status: number, body: unknown): 'final' | 'passing' | null;
  /** Names of the token answer where they are not the usual ones. */
  names?: {
    accessToken?: string;
    refreshToken?: string;
    expiresIn?: string;
    refreshExpiresIn?: string;
    scope?: string;
  };
}
