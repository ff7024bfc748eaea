import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ChangeFeed } from '../../infrastructure/postgres/change-feed.js';
import type { Identity } from '../../tenancy/access.js';

/** A credential that proved valid. Of the tenant only the id: its state must be fresh at every use. */
export interface KnownIdentity {
  tenantId: string;
  actor: Identity['actor'];
}

interface Entry extends KnownIdentity {
  until: number;
}

/** At about 400 bytes each, some 20 MB. */
const ENTRIES_MAX = 50_000;
const TRUSTED_MS = 60_000;

/**
 * Credentials proved lately, by fingerprint. On the path of every request: a Map look-up and no more.
 *
 * Trusted only while the change feed is live, because a revocation travels on it; refusals are not
 * kept at all.
 */
@Injectable()
export class IdentityCache {
  readonly #entries = new LRUCache<string, Entry>({
    max: ENTRIES_MAX,
    dispose: (entry, fingerprint) => this.#unlist(entry.tenantId, fingerprint),
    noDisposeOnSet: true,
  });
  readonly #ofTenant = new Map<string, Set<string>>();
  #epoch = 0;

  constructor(private readonly feed: ChangeFeed) {
    feed.on('change', (change) => {
      if (change.kind === 'access' || change.kind === 'tenant') this.drop(change.tenantId);
    });
    feed.on('gap', () => this.clear());
  }

  /** Counts droppings. Read it before asking the database and hand it to `put`. */
  get epoch(): number {
    return this.#epoch;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(fingerprint: string): KnownIdentity | undefined {
    if (!this.feed.live) return undefined;
    const entry = this.#entries.get(fingerprint);
    if (entry === undefined || entry.until > performance.now()) return entry;
    this.#entries.delete(fingerprint);
    return undefined;
  }

  /**
   * Keeps it, unless anything was dropped since `epoch`: what was read before a revocation must not
   * be remembered after it.
   *
   * @param validForMs how long the credential itself is still valid
   */
  put(fingerprint: string, known: KnownIdentity, validForMs: number, epoch: number): void {
    if (epoch !== this.#epoch || !this.feed.live) return;
    const until = performance.now() + Math.min(TRUSTED_MS, validForMs);
    this.#entries.set(fingerprint, { ...known, until });
    const listed = this.#ofTenant.get(known.tenantId);
    if (listed === undefined) this.#ofTenant.set(known.tenantId, new Set([fingerprint]));
    else listed.add(fingerprint);
  }

  drop(tenantId: string): void {
    this.#epoch += 1;
    for (const fingerprint of this.#ofTenant.get(tenantId) ?? []) this.#entries.delete(fingerprint);
  }

  clear(): void {
    this.#epoch += 1;
    this.#entries.clear();
  }

  #unlist(tenantId: string, fingerprint: string): void {
    const listed = this.#ofTenant.get(tenantId);
    listed?.delete(fingerprint);
    if (listed?.size === 0) this.#ofTenant.delete(tenantId);
  }
}
