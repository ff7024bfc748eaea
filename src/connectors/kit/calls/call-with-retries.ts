import { setTimeout as sleep } from 'node:timers/promises';
import { assertNever } from '../../../kernel/assert-never.js';
import { hasCode } from '../../../kernel/app-error.js';
import { BrokenPageError, ProviderError } from '../provider-errors.js';
import type { CallPlace } from '../provider-errors.js';
import type { ProviderAnswer, Query, Verdict } from '../provider-client.js';
import { BudgetPaused } from './account-budget.js';
import type { AccessToken, ProviderClientOptions } from './provider-client-options.js';
import { OneCall } from './one-call.js';
import type { Outcome } from './one-call.js';

/** Calls in all when the provider has a fault. */
const MAX_TRIES = 3;
/** "Slow down" answers that one call waits out. */
const MAX_SLOW_DOWNS = 3;
const PATIENCE_MS = 5_000;
const BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 8_000;

type Failure = Exclude<Verdict, { kind: 'ok' }>;

/** One call of a connector, repeated as far as that may help. */
export class CallWithRetries {
  readonly #call: OneCall;
  readonly #patienceMs: number;
  #tries = 0;
  #slowDowns = 0;
  #refreshed = false;

  constructor(
    private readonly options: ProviderClientOptions,
    method: 'GET' | 'POST',
    path: string,
    query: Query | undefined,
    body: unknown,
  ) {
    this.#call = new OneCall(options, method, path, query, body);
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
  }

  async run(): Promise<ProviderAnswer> {
    let access = await this.options.authorizer.access();
    for (;;) {
      const { answer, verdict, place, cause } = await this.#paced(access);
      if (verdict.kind === 'ok') return answer;
      const next = await this.#afterwards(verdict, access);
      if (next === null) throw failure(verdict, place, cause);
      access = next;
    }
  }

  async #paced(access: AccessToken): Promise<Outcome> {
    const { budget, signal } = this.options;
    const { path } = this.#call;
    try {
      return await budget.run(() => this.#sendAndTell(access), {
        path,
        patienceMs: this.#patienceMs,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (!(error instanceof BudgetPaused)) throw error;
      throw new ProviderError({ kind: 'slow-down', waitMs: error.waitMs }, this.#call.place);
    }
  }

  /** The token to go on with, or null: it is no use. */
  async #afterwards(verdict: Failure, access: AccessToken): Promise<AccessToken | null> {
    switch (verdict.kind) {
      case 'slow-down':
        return this.#slowDown(verdict.waitMs, access);
      case 'token-refused':
        if (this.#refreshed) return null;
        this.#refreshed = true;
        return this.options.authorizer.refused(access.version);
      case 'unavailable':
        this.#tries += 1;
        if (this.#tries >= MAX_TRIES) return null;
        await this.#sleep(this.#backoffMs());
        return access;
      case 'revoked':
      case 'forbidden':
      case 'paused':
      case 'refused':
        return null;
      default:
        return assertNever(verdict);
    }
  }

  /**
   * Told before the turn ends: all callers of the account are held, and the next in line is not sent
   * to be told the same.
   */
  async #sendAndTell(access: AccessToken): Promise<Outcome> {
    const outcome = await this.#call.send(access);
    const { verdict } = outcome;
    if (verdict.kind === 'slow-down') {
      this.options.budget.tell({ pauseMs: Math.max(verdict.waitMs, 1) });
    }
    return outcome;
  }

  /** The wait itself is in the line of the budget. */
  #slowDown(waitMs: number, access: AccessToken): AccessToken | null {
    this.#slowDowns += 1;
    return waitMs > this.#patienceMs || this.#slowDowns > MAX_SLOW_DOWNS ? null : access;
  }

  #backoffMs(): number {
    const most = (this.options.backoffMs ?? BACKOFF_MS) * 2 ** (this.#tries - 1);
    return Math.random() * Math.min(most, MAX_BACKOFF_MS);
  }

  async #sleep(ms: number): Promise<void> {
    const { signal } = this.options;
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : error;
    }
  }
}

/** What never was JSON however often it was asked for is the page's fault, not the connection's. */
function failure(verdict: Failure, place: CallPlace, cause: unknown): Error {
  if (hasCode(cause, 'answer_not_json')) return new BrokenPageError('the answer is JSON');
  return new ProviderError(verdict, place, cause);
}
