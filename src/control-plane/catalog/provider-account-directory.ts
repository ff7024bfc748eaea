import type { Tenancy } from '../../tenancy/tenancy.js';
import type { CatalogDatabase } from './catalog-database.js';
import type { KeyedHash } from './keyed-hash.js';
import { ScopedCatalog } from './scoped-catalog.js';

interface Holder {
  tenantId: string;
  integrationId: string;
}

/**
 * How long an event is remembered. Providers send a delivery again for three days at most; the rest is
 * for captured ones of those that sign no time.
 */
const EVENT_DAYS = 14;

/** One statement's share, so that no sweep holds locks for long. */
const OLD_EVENTS_AT_ONCE = 10_000;

const HOLDER = 'p.tenant_id AS "tenantId", p.integration_id AS "integrationId"';

/**
 * Account at a provider to integrations, in a hash that the catalog cannot undo. An integration's row is
 * written only while its tenant is not being deleted: the row lock makes that true also where the purge
 * begins at the same moment.
 */
export class CatalogProviderAccountDirectory {
  readonly #scoped: ScopedCatalog;

  constructor(
    private readonly catalog: CatalogDatabase,
    tenancy: Tenancy,
    private readonly hash: KeyedHash,
  ) {
    this.#scoped = new ScopedCatalog(catalog, tenancy);
  }

  async add(provider: string, accountId: string, integrationId: string): Promise<void> {
    await this.#scoped.ofTenant(
      `INSERT INTO provider_accounts (tenant_id, integration_id, account_hash, probe_at)
       SELECT id, $2, $3, now() + interval '24 hours' * (0.5 + random() / 2) FROM tenants
        WHERE id = $1 AND status NOT IN ('purging', 'purged') FOR SHARE
       ON CONFLICT (tenant_id, integration_id, account_hash) DO NOTHING`,
      [integrationId, this.#account(provider, accountId)],
    );
  }

  async remove(integrationId: string): Promise<void> {
    await this.#scoped.ofTenant(
      'DELETE FROM provider_accounts WHERE tenant_id = $1 AND integration_id = $2',
      [integrationId],
    );
  }

  async find(provider: string, accountId: string): Promise<Holder[]> {
    return this.#scoped.ofAll<Holder>(
      `SELECT ${HOLDER} FROM provider_accounts p JOIN tenants t ON t.id = p.tenant_id
        WHERE p.account_hash = $1 AND t.status IN ('active', 'suspended', 'closing')
        ORDER BY p.created_at, p.integration_id`,
      [this.#account(provider, accountId)],
    );
  }

  /** Spread over the second half of the day, so that what was connected together is not looked at together. */
  async dueForProbe(limit: number): Promise<Holder[]> {
    return this.#scoped.ofAll<Holder>(
      `WITH due AS (
         SELECT d.tenant_id, d.integration_id FROM provider_accounts d JOIN tenants t ON t.id = d.tenant_id
          WHERE d.probe_at <= now() AND t.status = 'active'
          ORDER BY d.probe_at LIMIT $1 FOR UPDATE OF d SKIP LOCKED),
       taken AS (
         UPDATE provider_accounts p
            SET probe_at = now() + interval '24 hours' * (0.5 + random() / 2)
           FROM due
          WHERE p.tenant_id = due.tenant_id AND p.integration_id = due.integration_id
         RETURNING p.tenant_id, p.integration_id)
       SELECT DISTINCT ${HOLDER} FROM taken p`,
      [limit],
    );
  }

  async unseen(provider: string, eventIds: readonly string[]): Promise<Set<string>> {
    const ids = new Map(eventIds.map((id) => [this.#event(provider, id).toString('hex'), id]));
    const rows = await this.catalog.query<{ hash: string }>(
      `SELECT encode(event_hash, 'hex') AS hash FROM webhook_events
        WHERE event_hash = ANY (SELECT decode(h, 'hex') FROM unnest($1::text[]) h)`,
      [[...ids.keys()]],
    );
    for (const { hash } of rows) ids.delete(hash);
    return new Set(ids.values());
  }

  async note(provider: string, eventIds: readonly string[]): Promise<void> {
    const hashes = eventIds.map((id) => this.#event(provider, id).toString('hex'));
    await this.catalog.query(
      `INSERT INTO webhook_events (event_hash)
       SELECT decode(h, 'hex') FROM (SELECT DISTINCT unnest($1::text[]) AS h) given ORDER BY h
       ON CONFLICT DO NOTHING`,
      [hashes],
    );
  }

  async deleteOldEvents(): Promise<number> {
    const rows = await this.catalog.query(
      `DELETE FROM webhook_events WHERE event_hash IN (
         SELECT event_hash FROM webhook_events
          WHERE received_at < now() - make_interval(days => $1)
          ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING 1 AS one`,
      [EVENT_DAYS, OLD_EVENTS_AT_ONCE],
    );
    return rows.length;
  }

  #account(provider: string, accountId: string): Buffer {
    return this.hash.of('provider-account', `${provider}\0${accountId}`);
  }

  #event(provider: string, eventId: string): Buffer {
    return this.hash.of('webhook-event', `${provider}\0${eventId}`);
  }
}
