/** The only way a connector speaks to its provider: reading, paced, authorised, on allow-listed hosts. */
export interface ProviderClient {
  /**
   * @param path below `facts.api.baseUrl`; values inside it must be encoded by the caller
   * @throws ProviderError
   */
  get(path: string, query?: Query): Promise<ProviderAnswer>;
  /** Only paths of `facts.api.readingPosts`. */
  post(path: string, body: unknown): Promise<ProviderAnswer>;
  /** Values of the connection: `{ shop: 'blue.myshopify.com' }`. */
  readonly params: Readonly<Record<string, string>>;
  /** Scopes that were granted; empty where the provider does not say. */
  readonly scopes: readonly string[];
}

/** Repeated names are written as lists: `types[]: ['a', 'b']`. Undefined is left out. */
export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export interface ProviderAnswer {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Parsed JSON; `undefined` where the body was empty. */
  body: unknown;
}

/** What an answer means. `ok` answers reach the connector, all others become a ProviderError. */
export type Verdict =
  | { kind: 'ok' }
  /** Too fast, or a quota is used up; `waitMs` until it may go on. */
  | { kind: 'slow-down'; waitMs: number }
  /** The access token is refused: refresh once and try again. */
  | { kind: 'token-refused' }
  /** The provider says in so many words that access was taken back. */
  | { kind: 'revoked' }
  /** The grant lacks a scope or a role; nobody revoked it. */
  | { kind: 'forbidden'; what: string }
  /** The account is frozen, locked or gone to the bin: not ours to end. */
  | { kind: 'paused'; what: string }
  /** The provider has a fault; try later. */
  | { kind: 'unavailable' }
  /** Our request was wrong: a fault of the connector. */
  | { kind: 'refused'; what: string };

/** What an answer says about what is left of a limit. */
export interface BudgetNews {
  /** Spread what is left: calls that may still be made, and when the count begins anew. */
  remaining?: number;
  resetMs?: number;
  /** Or: be still for this long. */
  pauseMs?: number;
}
