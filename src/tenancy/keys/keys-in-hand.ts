import { AsyncLocalStorage } from 'node:async_hooks';
import type { HeldKeys } from './held-keys.js';

/** Keys that work under way has taken hold of, from its beginning to its end, in its own context. */
export class KeysInHand {
  readonly #all = new Set<HeldKeys>();
  readonly #context = new AsyncLocalStorage<{ held: HeldKeys; over: boolean }>();

  /** Those that the work this is called from holds, if they are of this tenant. */
  of(tenantId: string): HeldKeys | undefined {
    const hand = this.#context.getStore();
    return hand?.over === false && hand.held.tenantId === tenantId ? hand.held : undefined;
  }

  /** Runs `work` with these keys in hand: they are not let go before it ends. */
  async run<T>(held: HeldKeys, work: () => Promise<T>): Promise<T> {
    const hand = { held, over: false };
    held.enter();
    this.#all.add(held);
    try {
      return await this.#context.run(hand, work);
    } finally {
      // What was started inside and goes on takes keys as everybody does.
      hand.over = true;
      held.leave();
      if (!held.isHeld) this.#all.delete(held);
    }
  }

  /** Overwrites the keys under everybody's hands; of this tenant, or of all. */
  drop(tenantId?: string): void {
    for (const held of this.#all) {
      if (tenantId === undefined || held.tenantId === tenantId) held.drop();
    }
  }
}
