import { LRUCache } from 'lru-cache';
import { DataKeyUnknownError } from '../../infrastructure/envelope/envelope.errors.js';
import { AppError, hasCode } from '../../kernel/app-error.js';
import { type KeyStore, KeyStoreError } from '../../kernel/key-store.js';
import type { Tenancy } from '../tenancy.js';
import type { TenantDatabase } from '../tenant-database.js';
import { DataKeyLoader, type MakeDataKey } from './data-key-loader.js';
import type { HeldKeys } from './held-keys.js';
import { type KeyLoad, KeyLoads } from './key-loads.js';
import { KeysInHand } from './keys-in-hand.js';
import type { Opener, Sealer, TenantCipher } from './tenant-cipher.js';

export interface TenantKeysOptions {
  /** A key unused for this long is overwritten. */
  idleMs: number;
  /** Tenants whose keys are held at once; the one unused for longest goes. */
  tenants: number;
  /** Makes a key of its material; only tests and benchmarks give another. */
  makeKey?: MakeDataKey;
  /** Told of everything that looks like tampering, in the tenant's scope. */
  tampered?: (error: AppError) => void;
}

/**
 * How often work that holds keys is begun anew when they are dropped under its hands. Each time takes a
 * piece of news, and a feed that breaks and comes back brings two: work that waits long for a lock may
 * see several of them.
 */
const HOLDING_ATTEMPTS = 10;

/** How often idle keys are looked for; they go at most this late. */
const SWEEP_PART = 12;

/** No request takes this long. */
const FORGOTTEN_MS = 600_000;

/** Codes that mean: somebody changed what is stored, in the database or in the key store. */
const TAMPERING = new Set([
  'sealed_value_broken',
  'data_key_unknown',
  'wrapped_key_broken',
  'key_unreadable',
  // Met twice running: an older wrapped text was put back. Once, a rotation was between our questions.
  'key_version_retired',
]);

/**
 * The data keys of the tenant in context: loaded from its database, unwrapped once by the key store,
 * held in memory while they are used and the change feed is live.
 *
 * The work given to `open` and `seal` is synchronous, and a key is used nowhere else: so no key can be
 * dropped while it is being used, and none can be kept.
 *
 * Loading asks the database and then the key store, without holding a connection meanwhile. Inside a
 * transaction it would take a second connection, and wait for the key store with the first one's locks:
 * `holding` is for work with a transaction in it.
 */
export class TenantKeys {
  readonly #held: LRUCache<string, HeldKeys>;
  readonly #loads = new KeyLoads();
  readonly #inHand = new KeysInHand();
  /** Tenants being purged. Nobody enters one by now; this is for who entered before. */
  readonly #forgotten = new LRUCache<string, true>({ max: 10_000, ttl: FORGOTTEN_MS });
  readonly #sweeper: NodeJS.Timeout;
  readonly #loader: DataKeyLoader;

  constructor(
    private readonly tenancy: Tenancy,
    database: TenantDatabase,
    store: KeyStore,
    private readonly feed: { readonly live: boolean },
    private readonly options: TenantKeysOptions,
  ) {
    const sweepMs = options.idleMs / SWEEP_PART;
    this.#loader = new DataKeyLoader(database, store, options.makeKey);
    this.#held = new LRUCache({
      max: options.tenants,
      ttl: Math.max(1, Math.floor(options.idleMs - sweepMs)),
      updateAgeOnGet: true,
      dispose: (held) => held.letGo(),
    });
    this.#sweeper = setInterval(() => this.#held.purgeStale(), sweepMs).unref();
  }

  /** How many tenants' keys are in memory now. */
  get size(): number {
    return this.#held.size;
  }

  /** Whether keys of this tenant are in memory. */
  holds(tenantId: string): boolean {
    return this.#held.has(tenantId);
  }

  /**
   * Runs `work` with the tenant's keys.
   *
   * @throws SealedValueBrokenError | DataKeyUnknownError of the work; the key store's errors
   */
  async open<T>(work: (cipher: Opener) => T): Promise<T> {
    return this.#use(false, work);
  }

  /** As `open`, for work that also seals. */
  async seal<T>(work: (cipher: Sealer) => T): Promise<T> {
    return this.#use(true, work);
  }

  /**
   * Runs `work`, inside which `open` and `seal` use keys that are at hand and ask nobody. Where they are
   * dropped meanwhile (a rotation, a gap in the news), or a value is under a younger key, `work` is begun
   * anew: it must leave nothing behind when it fails, as a transaction does.
   *
   * @throws what `work` throws; the key store's errors, before anything began
   */
  async holding<T>(work: () => Promise<T>): Promise<T> {
    const { id } = this.tenancy.current().tenant;
    if (this.#inHand.of(id) !== undefined) return work();
    for (let attempt = 1; ; attempt += 1) {
      const held = await this.#fetch(id);
      try {
        return await this.#inHand.run(held, work);
      } catch (error) {
        const unknown = error instanceof DataKeyUnknownError;
        if (!unknown && !hasCode(error, 'data_key_dropped')) throw error;
        if (unknown) this.drop(id);
        if (attempt < HOLDING_ATTEMPTS) continue;
        if (unknown) this.options.tampered?.(error);
        throw error;
      }
    }
  }

  /** Loads the keys, so that whoever comes next finds them warm. No promise: see `holding`. */
  async ready(toSeal: 'to-open' | 'to-seal'): Promise<void> {
    await this.#use(toSeal === 'to-seal', () => undefined);
  }

  /** Overwrites the tenant's keys in this process. */
  drop(tenantId: string): void {
    this.#held.delete(tenantId);
    this.#inHand.drop(tenantId);
    this.#loads.outdate(tenantId);
  }

  /**
   * As `drop`, for good: the tenant is being purged. Resolves when no load that began before can bring
   * its keys back into memory; requests that are still in its scope get none any more.
   */
  async forget(tenantId: string): Promise<void> {
    this.#forgotten.set(tenantId, true);
    this.drop(tenantId);
    const before = this.#loads.underWay(tenantId);
    if (before.length === 0) return;
    await Promise.allSettled(before);
    // A turn later than the one in which `#keep` overwrites what came too late.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }

  dropAll(): void {
    this.#held.clear();
    this.#inHand.drop();
    this.#loads.outdateAll();
  }

  close(): void {
    clearInterval(this.#sweeper);
    this.dropAll();
  }

  /** Keys to seal with, told as tampering where they are broken. */
  async #fetch(tenantId: string): Promise<HeldKeys> {
    try {
      return this.#peek(tenantId, true) ?? (await this.#load(tenantId, true));
    } catch (error) {
      this.#report(error);
      throw error;
    }
  }

  async #use<T>(sealing: boolean, work: (cipher: TenantCipher) => T): Promise<T> {
    const { id } = this.tenancy.current().tenant;
    const inHand = this.#inHand.of(id);
    if (inHand !== undefined) return this.#useInHand(inHand, work);
    try {
      const held = this.#peek(id, sealing);
      if (held !== undefined) {
        try {
          return held.run(work);
        } catch (error) {
          // A key that another process has made since: look once more.
          if (!(error instanceof DataKeyUnknownError)) throw error;
          this.drop(id);
        }
      }
      return await this.#loadAndRun(id, sealing, work);
    } catch (error) {
      this.#report(error);
      throw error;
    }
  }

  /** A key that is not among them may be a younger one: `holding` looks once more before it is reported. */
  #useInHand<T>(held: HeldKeys, work: (cipher: TenantCipher) => T): T {
    try {
      return held.run(work);
    } catch (error) {
      if (!(error instanceof DataKeyUnknownError)) this.#report(error);
      throw error;
    }
  }

  #report(error: unknown): void {
    if (error instanceof AppError && TAMPERING.has(error.code)) this.options.tampered?.(error);
  }

  /** Once more where the keys were dropped, or replaced, between their arrival and our turn to use them. */
  async #loadAndRun<T>(
    tenantId: string,
    sealing: boolean,
    work: (cipher: TenantCipher) => T,
  ): Promise<T> {
    try {
      return (await this.#load(tenantId, sealing)).run(work);
    } catch (error) {
      if (!hasCode(error, 'data_key_dropped')) throw error;
      return (this.#peek(tenantId, sealing) ?? (await this.#load(tenantId, sealing))).run(work);
    }
  }

  #peek(tenantId: string, sealing: boolean): HeldKeys | undefined {
    if (!this.feed.live) return undefined;
    const held = this.#held.get(tenantId);
    return sealing && held !== undefined && !held.canSeal ? undefined : held;
  }

  #load(tenantId: string, sealing: boolean): Promise<HeldKeys> {
    if (this.#forgotten.has(tenantId)) {
      return Promise.reject(new KeyStoreError('key_missing', { tenantId }));
    }
    return this.#loads.share(tenantId, sealing, async (load) => {
      const known = () => (load.stale || !this.feed.live ? undefined : this.#held.peek(tenantId));
      return this.#keep(tenantId, await this.#loader.load(tenantId, sealing, known), load);
    });
  }

  #keep(tenantId: string, held: HeldKeys, load: KeyLoad): HeldKeys {
    const kept = this.#held.peek(tenantId);
    if (kept === held) return held;
    // What came first may seal, and stays: to replace it would cost a number for the next writer.
    const isWorse = !held.canSeal && kept?.canSeal === true;
    if (!load.stale && this.feed.live && !isWorse) this.#held.set(tenantId, held);
    // Everyone who waited for it runs, or has it in hand, before the event loop turns.
    else setImmediate(() => held.letGo());
    return held;
  }
}
