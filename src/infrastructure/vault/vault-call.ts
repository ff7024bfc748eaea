/** One request to Vault's HTTP API, for `VaultClient.request`. */
export interface VaultCall {
  /** Names the kind of call in metrics and errors (`transit.unwrap`): one of a small fixed set. */
  operation: string;
  /** LIST travels as GET with `list=true`, which every proxy lets through. */
  method: 'GET' | 'LIST' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/v1/`, without a slash in front; its parts are checked by whoever puts them together. */
  path: string;
  body?: Readonly<Record<string, unknown>>;
  /**
   * False where doing it twice is not the same as once. It is then sent again only when Vault certainly
   * has not done it, and always on a fresh connection. True unless said.
   */
  repeatable?: boolean;
  /** Which refusals (400) the caller tells apart. Vault has no codes for them, only texts. */
  refusals?: Refusals;
}

/** The reason to give for a refusal whose text matches. Vault's own text goes nowhere. */
export type Refusals = readonly (readonly [pattern: RegExp, reason: string])[];

/** A successful answer. `data` and `auth` are Vault's; anything else of it is kept as it came. */
export type VaultBody = Readonly<Record<string, unknown>>;

/** Told of every exchange with Vault, repeats included: for metrics, and for counting in benchmarks. */
export interface VaultObserver {
  /** @param outcome `ok`, `absent`, or the code of a VaultError */
  called(operation: string, outcome: string, seconds: number): void;
}
