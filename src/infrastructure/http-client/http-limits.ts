/** Bounds of one call. Times in milliseconds. */
export interface HttpLimits {
  /** From the request until the headers are here. */
  headersMs: number;
  /** Between two pieces of the body. */
  bodyMs: number;
  /** From the first act to the last byte, waiting for a connection included. */
  wholeMs: number;
  /** On the wire, and again once decompressed. */
  maxBytes: number;
  /** Levels of nesting in JSON. */
  maxDepth: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  headersMs: 30_000,
  bodyMs: 20_000,
  wholeMs: 120_000,
  maxBytes: 16 * 1024 * 1024,
  maxDepth: 64,
};
