/** What is true of a provider, as data. Each fact's source is named in the connector's README; what no source confirmed is listed there as UNVERIFIED. */
export interface ProviderFacts {
  /** As the provider writes it: `Google Analytics`. */
  name: string;
  /** The only hosts ever spoken to: exact names, or `*.example.com` for one label in front of it. */
  hosts: readonly string[];
  auth: OAuthFacts | KeyFacts;
  api: ApiFacts;
  /** What must be known before the consent page: a shop's name, a store's address. */
  params: readonly ParamFact[];
  scopes: ScopeFacts;
  limits: LimitFacts;
  /** In words for the tenant: what is read, and what never is (`GET /v1/providers`). */
  reads: readonly string[];
  neverReads: readonly string[];
  /** Names of fields that no request may ask for and no mapper may touch; checked by the contract suite. */
  forbiddenFields: readonly string[];
  webhooks: WebhookFacts | null;
  revocationEnds: RevocationEnds;
}

/**
 * Whose access ends with `Connector.revoke`. Where it is more than one connection's, it is called with the
 * last of them only.
 *
 * - `token`: that of the tokens it is called with, and of what came of them.
 * - `account`: all that anybody gave our app on this account.
 * - `login`: all that whoever consented gave our app, on any account. `Connector.knownAs` names the login,
 *   and nothing else.
 * - `nothing`: the provider cannot be told; `revoke` names no call.
 */
export type RevocationEnds = (typeof REVOCATION_ENDS)[number];

export const REVOCATION_ENDS = ['token', 'account', 'login', 'nothing'] as const;

export interface OAuthFacts {
  kind: 'oauth2';
  /** `{param}` stands for a connection's param: `https://{shop}/admin/oauth/authorize`. */
  authorizeUrl: string;
  tokenUrl: string;
  /** Parameters of the authorize URL beside the standard ones. */
  authorizeParams: Readonly<Record<string, string>>;
  scopeSeparator: ' ' | ',';
  /** False where permissions belong to the app and not to the URL (Stripe). */
  sendsScope: boolean;
  /** The parameter of the authorize URL that asks for `scopes.optionalRead`, where there is one (HubSpot's `optional_scope`). */
  optionalScopeParam?: string;
  pkce: 'S256' | { none: string };
  /** How our client proves itself to the token URL. `basic-secret`: HTTP Basic, secret as user name, no password. */
  clientAuth: 'body' | 'basic' | 'basic-secret';
  tokenBody: 'form' | 'json';
  /** Parameters of the code exchange beside the standard ones. */
  exchangeParams: Readonly<Record<string, string>>;
  /** Whether `redirect_uri` and `grant_type` are sent with the code (Shopify takes neither). */
  standardExchange: boolean;
  /** Where the answer has no `expires_in`. */
  accessTokenMs: number;
  refresh: RefreshFacts;
}

export interface RefreshFacts {
  /** Whether a refresh gives a new refresh token and ends the old one. */
  rotates: boolean;
  /**
   * How long an old refresh token may be used again when the answer was lost. 0: not at all, one more
   * attempt with the stored token shows whether it was rotated.
   */
  replayMs: number;
  /** How long a refresh token lives unused; null: not published. */
  lifetimeMs: number | null;
}

export interface KeyFacts {
  kind: 'key';
  /** The credential's fields, in the order asked for. */
  fields: readonly { name: string; title: string; secret: boolean; pattern: string }[];
  /**
   * What the fields become, to stand in `api.tokenHeader`: the one field as it is (`value`), or two of
   * them, joined by a colon, in base64 (`basic`).
   */
  token: 'value' | 'basic';
}

export interface ApiFacts {
  /** `https://api.stripe.com`; may hold `{param}`s. */
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  /** The header that carries the access token, and what stands before it (`Bearer `). */
  tokenHeader: { name: string; prefix: string };
  /** Paths that are POST and yet only read (search, report, GraphQL); `{x}` is one segment. */
  readingPosts: readonly string[];
}

export interface ParamFact {
  name: string;
  title: string;
  example: string;
  /** Anchored; checked before anything is done with the value. */
  pattern: string;
}

export interface ScopeFacts {
  read: readonly string[];
  /** Asked for where the provider lets a user leave them out. */
  optionalRead: readonly string[];
  write: readonly string[];
  /**
   * Scopes with which the provider gives others too and does not list those. `{x}` is the same word in
   * both: `{ scope: 'write_{x}', gives: 'read_{x}' }`. `isGranted` reads it.
   */
  implies?: readonly { scope: string; gives: string }[];
}

export interface LimitFacts {
  /** A token bucket for each account: `perSecond` tokens, `burst` at most. */
  account: { perSecond: number; burst: number };
  /** Stricter ones for some paths, `{x}` for one segment. */
  paths: readonly { path: string; perSecond: number; burst: number }[];
  /** Calls at once for one account. */
  concurrent: number;
}

export interface WebhookFacts {
  /** How old a delivery may be; null where the provider sends no time. */
  toleranceMs: number | null;
  /** Which configured secret signs: `webhook-secret` is NUMOON_PROVIDER_<NAME>_WEBHOOK_SECRET, `client-secret` the app's own, `published-keys` the provider's public ones. */
  signedWith: 'webhook-secret' | 'client-secret' | 'published-keys';
}
