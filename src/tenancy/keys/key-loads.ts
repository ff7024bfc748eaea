import type { HeldKeys } from './held-keys.js';

export interface KeyLoad {
  /** Dropped while it was under way: may serve who asked before, and is not kept. */
  readonly stale: boolean;
}

interface Running {
  tenantId: string;
  promise: Promise<HeldKeys>;
  stale: boolean;
}

/** Loads of keys that have not ended. One for a tenant and a purpose, however many wait for it. */
export class KeyLoads {
  readonly #shared = new Map<string, Running>();
  /** Those that are stale among them. */
  readonly #underWay = new Set<Running>();

  /** The keys of the load that is running, or of this one. */
  share(
    tenantId: string,
    sealing: boolean,
    load: (own: KeyLoad) => Promise<HeldKeys>,
  ): Promise<HeldKeys> {
    const key = slot(tenantId, sealing);
    const running = this.#shared.get(key);
    if (running !== undefined) return running.promise;
    const own: Running = { tenantId, stale: false, promise: Promise.resolve(null as never) };
    own.promise = load(own).finally(() => {
      this.#underWay.delete(own);
      if (this.#shared.get(key) === own) this.#shared.delete(key);
    });
    this.#shared.set(key, own);
    this.#underWay.add(own);
    return own.promise;
  }

  /** Whoever asks from now on is not served by what runs for this tenant. */
  outdate(tenantId: string): void {
    for (const sealing of [true, false]) {
      const running = this.#shared.get(slot(tenantId, sealing));
      if (running !== undefined) running.stale = true;
      this.#shared.delete(slot(tenantId, sealing));
    }
  }

  outdateAll(): void {
    for (const running of this.#shared.values()) running.stale = true;
    this.#shared.clear();
  }

  /** All of the tenant that have not ended. */
  underWay(tenantId: string): Promise<HeldKeys>[] {
    return [...this.#underWay]
      .filter((running) => running.tenantId === tenantId)
      .map(({ promise }) => promise);
  }
}

function slot(tenantId: string, sealing: boolean): string {
  return sealing ? `${tenantId} sealing` : tenantId;
}
