import { LRUCache } from 'lru-cache';
import { DataKey, KEY_MATERIAL_BYTES } from '../../infrastructure/envelope/data-key.js';
import { DataKeyUnknownError } from '../../infrastructure/envelope/envelope.errors.js';
import { Nonces } from '../../infrastructure/envelope/nonces.js';
import { AppError, hasCode } from '../../kernel/app-error.js';
import { type KeyStore, KeyStoreError } from '../../kernel/key-store.js';
import type { Tenancy } from '../tenancy.js';
import type { TenantDatabase } from '../tenant-database.js';
import {
  readDataKeys,
  takeWriter,
  type TakenWriter,
  type WrappedDataKey,
} from './data-keys.repository.js';
import { DataKeyMissingError } from './keys.errors.js';
import { type Opener, type Sealer, TenantCipher } from './tenant-cipher.js';

export interface TenantKeysOptions {
  /** A key unused for this long is overwritten. */
  idleMs: number;
  /** Tenants whose keys are held at once; the one unused for longest goes. */
  tenants: number;
  /** Makes a key of its material; only tests and benchmarks give another. */
  makeKey?: (id: number, material: Buffer) => DataKey;
  /** Told of everything that looks like tampering, in the tenant's scope. */
  tampered?: (error: AppError) => void;
}

/** A writer with fewer nonces left takes a new number before it begins. */
const NONCES_LEFT_MIN = 1_000_000;

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

interface Loading {
  tenantId: string;
  promise: Promise<Held>;
  /** Dropped while it was being loaded: may serve who asked before, and is not kept. */
  stale: boolean;
}

/**
 * The data keys of the tenant in context: loaded from its database, unwrapped once by the key store,
 * held in memory while they are used and the change feed is live.
 *
 * The work given to `open` and `seal` is synchronous, and a key is used nowhere else: so no key can be
 * dropped while it is being used, and none can be kept.
 *
 * Loading asks the database and then the key store, without holding a connection meanwhile. Inside a
 * transaction it would take a second connection: call `ready` before.
 */
export class TenantKeys {
  readonly #held: LRUCache<string, Held>;
  readonly #loading = new Map<string, Loading>();
  /** Loads that have not ended, those that are stale among them. */
  readonly #underWay = new Set<Loading>();
  /** Tenants being purged. Nobody enters one by now; this is for who entered before. */
  readonly #forgotten = new LRUCache<string, true>({ max: 10_000, ttl: FORGOTTEN_MS });
  readonly #sweeper: NodeJS.Timeout;
  readonly #makeKey: (id: number, material: Buffer) => DataKey;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: TenantDatabase,
    private readonly store: KeyStore,
    private readonly feed: { readonly live: boolean },
    private readonly options: TenantKeysOptions,
  ) {
    const sweepMs = options.idleMs / SWEEP_PART;
    this.#makeKey = options.makeKey ?? ((id, material) => new DataKey(id, material));
    this.#held = new LRUCache({
      max: options.tenants,
      ttl: Math.max(1, Math.floor(options.idleMs - sweepMs)),
      updateAgeOnGet: true,
      dispose: (held) => held.drop(),
    });
    this.#sweeper = setInterval(() => this.#held.purgeStale(), sweepMs).unref();
  }

  /** How many tenants' keys are in memory now. */
  get size(): number {
    return this.#held.size;
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

  /** Has the keys at hand, so that `open` (or `seal`) inside a transaction asks nobody. */
  async ready(toSeal: 'to-open' | 'to-seal'): Promise<void> {
    await this.#use(toSeal === 'to-seal', () => undefined);
  }

  /** Overwrites the tenant's keys in this process. */
  drop(tenantId: string): void {
    this.#held.delete(tenantId);
    for (const sealing of [true, false]) {
      const loading = this.#loading.get(slot(tenantId, sealing));
      if (loading !== undefined) loading.stale = true;
      this.#loading.delete(slot(tenantId, sealing));
    }
  }

  /**
   * As `drop`, for good: the tenant is being purged. Resolves when no load that began before can bring
   * its keys back into memory; requests that are still in its scope get none any more.
   */
  async forget(tenantId: string): Promise<void> {
    this.#forgotten.set(tenantId, true);
    this.drop(tenantId);
    const before = [...this.#underWay].filter((loading) => loading.tenantId === tenantId);
    if (before.length === 0) return;
    await Promise.allSettled(before.map(({ promise }) => promise));
    // A turn later than the one in which `#keep` overwrites what came too late.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }

  dropAll(): void {
    this.#held.clear();
    for (const loading of this.#loading.values()) loading.stale = true;
    this.#loading.clear();
  }

  close(): void {
    clearInterval(this.#sweeper);
    this.dropAll();
  }

  async #use<T>(sealing: boolean, work: (cipher: TenantCipher) => T): Promise<T> {
    const { id } = this.tenancy.current().tenant;
    try {
      const held = this.#peek(id, sealing);
      if (held !== undefined) {
        try {
          return run(held, work);
        } catch (error) {
          // A key that another process has made since: look once more.
          if (!(error instanceof DataKeyUnknownError)) throw error;
          this.drop(id);
        }
      }
      return await this.#loadAndRun(id, sealing, work);
    } catch (error) {
      if (error instanceof AppError && TAMPERING.has(error.code)) this.options.tampered?.(error);
      throw error;
    }
  }

  /** Once more where the keys were dropped, or replaced, between their arrival and our turn to use them. */
  async #loadAndRun<T>(
    tenantId: string,
    sealing: boolean,
    work: (cipher: TenantCipher) => T,
  ): Promise<T> {
    try {
      return run(await this.#load(tenantId, sealing), work);
    } catch (error) {
      if (!hasCode(error, 'data_key_dropped')) throw error;
      return run(this.#peek(tenantId, sealing) ?? (await this.#load(tenantId, sealing)), work);
    }
  }

  #peek(tenantId: string, sealing: boolean): Held | undefined {
    if (!this.feed.live) return undefined;
    const held = this.#held.get(tenantId);
    return sealing && held !== undefined && !held.canSeal ? undefined : held;
  }

  /** One load a tenant, however many wait for it. */
  #load(tenantId: string, sealing: boolean): Promise<Held> {
    const key = slot(tenantId, sealing);
    const running = this.#loading.get(key);
    if (running !== undefined) return running.promise;
    if (this.#forgotten.has(tenantId)) {
      return Promise.reject(new KeyStoreError('key_missing', { tenantId }));
    }
    const loading: Loading = { tenantId, stale: false, promise: Promise.resolve(null as never) };
    loading.promise = this.#readTwice(tenantId, sealing)
      .then((held) => this.#keep(tenantId, held, loading))
      .finally(() => {
        this.#underWay.delete(loading);
        if (this.#loading.get(key) === loading) this.#loading.delete(key);
      });
    this.#loading.set(key, loading);
    this.#underWay.add(loading);
    return loading.promise;
  }

  #keep(tenantId: string, held: Held, loading: Loading): Held {
    // What came first may seal, and stays: to replace it would cost a number and a call for the next writer.
    const isWorse = !held.canSeal && this.#held.peek(tenantId)?.canSeal === true;
    if (!loading.stale && this.feed.live && !isWorse) this.#held.set(tenantId, held);
    // Everyone who waited for it runs before the event loop turns.
    else setImmediate(() => held.drop());
    return held;
  }

  /** A rotation may wrap the keys anew and retire the old version between our two questions. */
  async #readTwice(tenantId: string, sealing: boolean): Promise<Held> {
    try {
      return await this.#read(tenantId, sealing);
    } catch (error) {
      if (!hasCode(error, 'key_version_retired')) throw error;
      return this.#read(tenantId, sealing);
    }
  }

  async #read(tenantId: string, sealing: boolean): Promise<Held> {
    const { keys, taken } = sealing
      ? await takeWriter(this.database)
      : { keys: await readDataKeys(this.database), taken: null };
    if (keys.length === 0) throw new DataKeyMissingError(tenantId);
    const unwrapped: DataKey[] = [];
    try {
      for (const key of keys) unwrapped.push(await this.#unwrap(tenantId, key));
    } catch (error) {
      for (const key of unwrapped) key.drop();
      throw error;
    }
    return new Held(tenantId, unwrapped, taken);
  }

  async #unwrap(tenantId: string, { id, wrapped }: WrappedDataKey): Promise<DataKey> {
    const material = await this.store.unwrap(tenantId, wrapped);
    try {
      return this.#makeKey(id, material.subarray(0, KEY_MATERIAL_BYTES));
    } finally {
      material.fill(0);
    }
  }
}

/** The keys of one tenant in memory. */
class Held {
  readonly cipher: TenantCipher;
  readonly #nonces: Nonces | null;

  constructor(
    tenantId: string,
    private readonly keys: readonly DataKey[],
    taken: TakenWriter | null,
  ) {
    const newest = keys.at(-1);
    if (newest === undefined) throw new DataKeyMissingError(tenantId);
    this.#nonces = taken !== null && taken.keyId === newest.id ? new Nonces(taken.writer) : null;
    const byId = new Map(keys.map((key) => [key.id, key]));
    this.cipher = new TenantCipher(tenantId, byId, newest, this.#nonces);
  }

  get canSeal(): boolean {
    return this.#nonces !== null && this.#nonces.left >= NONCES_LEFT_MIN;
  }

  drop(): void {
    for (const key of this.keys) key.drop();
  }
}

function run<T>(held: Held, work: (cipher: TenantCipher) => T): T {
  const result = work(held.cipher);
  if (result instanceof Promise) throw new Error('Work with a key is synchronous.');
  return result;
}

function slot(tenantId: string, sealing: boolean): string {
  return sealing ? `${tenantId} sealing` : tenantId;
}
