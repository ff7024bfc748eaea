import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ChangeFeed } from '../../infrastructure/postgres/change-feed.js';
import type { Access } from './access.js';

interface Entry {
  tenantId: string;
  access: Access;
  untilMs: number;
}

const ENTRIES_MAX = 10_000;

/**
 * How long a token is used without a look at its row. What ends a grant travels on the change feed and
 * is here within milliseconds; this bounds what a process that dies before it tells can leave behind.
 */
const TRUSTED_MS = 30_000;

/**
 * Access tokens in memory, never longer than until they are due to be refreshed. Trusted only while the
 * change feed is live: a destroyed grant, a changed tenant and dropped keys empty it.
 */
@Injectable()
export class TokenCache {
  readonly #entries = new LRUCache<string, Entry>({ max: ENTRIES_MAX });
  #epoch = 0;

  constructor(private readonly feed: ChangeFeed) {
    feed.on('gap', () => this.clear());
    feed.on('change', (change) => {
      switch (change.kind) {
        case 'grant':
          return this.drop(change.tenantId, change.integrationId);
        case 'tenant':
        case 'keys':
        case 'forget':
          return this.dropTenant(change.tenantId);
        default:
      }
    });
  }

  /** Counts droppings. Read it before asking the database and hand it to `put`. */
  get epoch(): number {
    return this.#epoch;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(tenantId: string, integrationId: string): Access | undefined {
    if (!this.feed.live) return undefined;
    const entry = this.#entries.get(keyOf(tenantId, integrationId));
    return entry === undefined || Date.now() >= entry.untilMs ? undefined : entry.access;
  }

  /**
   * Keeps it, unless anything was dropped since `epoch`.
   *
   * @param untilMs when it is due to be refreshed, ms since 1970
   */
  put(
    tenantId: string,
    integrationId: string,
    access: Access,
    untilMs: number,
    epoch: number,
  ): void {
    if (epoch !== this.#epoch || !this.feed.live) return;
    const key = keyOf(tenantId, integrationId);
    const known = this.#entries.peek(key);
    if (known !== undefined && known.access.version > access.version) return;
    this.#entries.set(key, {
      tenantId,
      access,
      untilMs: Math.min(untilMs, Date.now() + TRUSTED_MS),
    });
  }

  drop(tenantId: string, integrationId: string): void {
    this.#epoch += 1;
    this.#entries.delete(keyOf(tenantId, integrationId));
  }

  dropTenant(tenantId: string): void {
    this.#epoch += 1;
    for (const [key, entry] of this.#entries) {
      if (entry.tenantId === tenantId) this.#entries.delete(key);
    }
  }

  clear(): void {
    this.#epoch += 1;
    this.#entries.clear();
  }
}

function keyOf(tenantId: string, integrationId: string): string {
  return `${tenantId}/${integrationId}`;
}
