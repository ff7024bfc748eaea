import { LRUCache } from 'lru-cache';
import type { ChangeFeed } from '../../infrastructure/postgres/change-feed.js';
import { isTenantId } from '../../kernel/ids.js';
import { TenantDirectory } from '../../tenancy/tenant-directory.js';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import type { TenantsRepository } from './tenants.repository.js';

/** Records known; at about half a kilobyte each this is a bound of tens of megabytes. */
const KNOWN_MAX = 50_000;
/** Ids asked for that do not exist; a creation forgets its id at once. */
const UNKNOWN_MAX = 1_000;
const UNKNOWN_MS = 10_000;

/**
 * The catalog as a directory, cached. What is cached may be trusted only while the change feed is
 * live: every move of a tenant is announced on it, and a gap forgets everything.
 */
export class CatalogDirectory extends TenantDirectory {
  readonly #known = new LRUCache<string, TenantRecord>({ max: KNOWN_MAX });
  readonly #unknown = new LRUCache<string, true>({ max: UNKNOWN_MAX, ttl: UNKNOWN_MS });
  /** One look-up a tenant, however many ask at once. */
  readonly #pending = new Map<string, Promise<TenantRecord | null>>();
  /** Counts forgettings, so that an answer read before a change is not cached after it. */
  #epoch = 0;

  constructor(
    private readonly tenants: TenantsRepository,
    private readonly feed: ChangeFeed,
  ) {
    super();
    feed.on('change', (change) => {
      if (change.kind === 'tenant' || change.kind === 'storage') this.forget(change.tenantId);
    });
    feed.on('gap', () => this.forgetAll());
  }

  override peek(tenantId: string): TenantRecord | undefined {
    return this.feed.live ? this.#known.get(tenantId) : undefined;
  }

  override async find(tenantId: string): Promise<TenantRecord | null> {
    if (!isTenantId(tenantId)) return null;
    const known = this.peek(tenantId);
    if (known !== undefined) return known;
    if (this.feed.live && this.#unknown.has(tenantId)) return null;
    const pending = this.#pending.get(tenantId) ?? this.#load(tenantId);
    this.#pending.set(tenantId, pending);
    return pending;
  }

  forget(tenantId: string): void {
    this.#epoch += 1;
    this.#known.delete(tenantId);
    this.#unknown.delete(tenantId);
    this.#pending.delete(tenantId);
  }

  forgetAll(): void {
    this.#epoch += 1;
    this.#known.clear();
    this.#unknown.clear();
    this.#pending.clear();
  }

  async #load(tenantId: string): Promise<TenantRecord | null> {
    const epoch = this.#epoch;
    try {
      const record = await this.tenants.find(tenantId);
      if (epoch === this.#epoch && this.feed.live) {
        if (record === null) this.#unknown.set(tenantId, true);
        else this.#known.set(tenantId, record);
      }
      return record;
    } finally {
      if (epoch === this.#epoch) this.#pending.delete(tenantId);
    }
  }
}
