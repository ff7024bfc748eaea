import type { Logger } from '../../kernel/logger.js';
import type { Tenancy } from '../../tenancy/tenancy.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';

/** So many a sweep, one after the other: a fleet is through in an hour, and nothing else waits long. */
const TENANTS_A_SWEEP = 20;

/** One that cannot be done now is not tried again in every sweep. */
const REST_MS = 10 * 60_000;

const ACTOR = { kind: 'system', job: 'addresses.canonicalize' } as const;

/** Brings the addresses of the tenant in context into their canonical form. A port: members are the data plane's. */
export abstract class TenantAddresses {
  /** Safe to run twice. @returns `missed`: how many are left to do */
  abstract execute(): Promise<{ changed: number; collisions: number; missed: number }>;
}

/**
 * Goes through the tenants that were there before addresses had a canonical form, until none is left. What
 * is done is marked last, so a crash does a tenant again; until then both forms are looked for.
 */
export class CanonicalizeTenants {
  readonly #restUntil = new Map<string, number>();

  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly tenancy: Tenancy,
    private readonly addresses: TenantAddresses,
    private readonly logger: Logger,
  ) {}

  /** @returns how many tenants were brought into form */
  async execute(): Promise<number> {
    const resting = [...this.#restUntil].filter(([, until]) => until > Date.now());
    const due = await this.catalog.query<{ id: string }>(
      `SELECT id FROM tenants
        WHERE address_form = 1 AND status IN ('active', 'suspended', 'closing') AND id <> ALL ($1)
        ORDER BY id LIMIT ${TENANTS_A_SWEEP}`,
      [resting.map(([id]) => id)],
    );
    let done = 0;
    for (const { id } of due) if (await this.#bring(id)) done += 1;
    return done;
  }

  async #bring(tenantId: string): Promise<boolean> {
    try {
      const { changed, collisions, missed } = await this.tenancy.run(tenantId, ACTOR, () =>
        this.addresses.execute(),
      );
      if (missed > 0) return false;
      await this.catalog.query('UPDATE tenants SET address_form = 2 WHERE id = $1', [tenantId]);
      this.#restUntil.delete(tenantId);
      if (changed + collisions > 0) {
        this.logger.info({ tenantId, changed, collisions }, 'addresses were brought into one form');
      }
      return true;
    } catch (error) {
      this.#restUntil.set(tenantId, Date.now() + REST_MS);
      this.logger.warn({ tenantId, err: error }, 'addresses could not be brought into one form');
      return false;
    }
  }
}
