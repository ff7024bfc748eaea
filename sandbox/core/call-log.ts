const KEPT_MAX = 50_000;

/** A call as the sandbox saw it: no values of queries, headers or bodies. */
export interface Call {
  at: string;
  method: string;
  /** Below the provider's prefix: `/v1/charges`. */
  path: string;
  /** Where the provider has hosts of its own. */
  host?: string;
  query: readonly string[];
  /** 0 while it is being answered, and for ever where the connection was cut before. */
  status: number;
}

/** The calls of one provider, newest last, a bounded number of them. */
export class CallLog {
  #calls: Call[] = [];
  #forgotten = 0;

  note(call: Call): void {
    this.#calls.push(call);
    if (this.#calls.length <= KEPT_MAX) return;
    this.#forgotten += 10_000;
    this.#calls = this.#calls.slice(10_000);
  }

  view(): { total: number; calls: readonly Call[] } {
    return { total: this.#forgotten + this.#calls.length, calls: this.#calls };
  }

  clear(): void {
    this.#calls = [];
    this.#forgotten = 0;
  }
}
