import { LRUCache } from 'lru-cache';
import type { LimitFacts } from '../facts.js';
import { AccountBudget } from './account-budget.js';

/**
 * The budgets of this process's accounts: whoever calls one account shares one. The least recently
 * used is forgotten beyond `max`, which only makes its buckets full; one in use is kept.
 */
export class Budgets {
  readonly #known: LRUCache<string, AccountBudget>;

  constructor(options: { max?: number; now?: () => number } = {}) {
    this.#known = new LRUCache({
      max: options.max ?? 10_000,
      // One with callers in line goes back to the front.
      dispose: (budget, key, reason) => {
        if (reason === 'evict' && !budget.idle) this.#busy.set(key, budget);
      },
    });
    this.#now = options.now;
  }

  readonly #now: (() => number) | undefined;
  /** Pushed out while in use. As many as there are accounts being called right now, at most. */
  readonly #busy = new Map<string, AccountBudget>();

  /** @param account unique for the provider's account: shared by all integrations that read it */
  of(provider: string, account: string, limits: LimitFacts): AccountBudget {
    const key = `${provider}\n${account}`;
    const found = this.#known.get(key) ?? this.#busy.get(key);
    for (const [name, budget] of this.#busy) if (budget.idle) this.#busy.delete(name);
    const budget = found ?? new AccountBudget(limits, this.#now);
    this.#busy.delete(key);
    this.#known.set(key, budget);
    return budget;
  }
}
