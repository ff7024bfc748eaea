import { announce } from '../../infrastructure/postgres/change-feed.js';
import { randomWord } from '../../kernel/ids.js';
import type { Isolation } from '../../tenancy/tenant-record.js';
import type { CatalogDatabase, CatalogTransaction } from '../catalog/catalog-database.js';
import type { CatalogSlugDirectory } from '../catalog/slug-directory.js';
import { ProvisioningLostError } from './provisioning.errors.js';
import type { PlannedPlacement } from './new-placement.js';
import type { PlacementFactory } from './placement-factory.js';
import type { Stock } from './stock.js';

/** A tenant being made: its place is whole, its own rows are not there yet. */
export interface Claim extends PlannedPlacement {
  slug: string;
  source: 'stock' | 'inline';
  /** Proves to the catalog that it is still ours: the reconciler takes over what outlives its lease. */
  holder: string;
}

export interface ClaimRequest {
  isolation: Isolation;
  region: string;
  organization: string;
}

/** Turns a ready place into a tenant in state `provisioning`, and that into an active one. */
export class Claims {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly stock: Stock,
    private readonly factory: PlacementFactory,
    private readonly slugs: CatalogSlugDirectory,
    private readonly leaseSeconds: number,
  ) {}

  /** From stock with one catalog transaction; where the stock is empty a place is made here and now. */
  async claim(request: ClaimRequest): Promise<Claim> {
    const claimed = await this.catalog.transaction(async (tx) => {
      // Not flushed now: the activation, a later commit in the same log, flushes it before anyone is told.
      await tx.query('SET LOCAL synchronous_commit = off');
      const planned = await this.stock.take(tx, request.isolation);
      return planned === null ? null : this.#record(tx, planned, request, 'stock');
    });
    if (claimed !== null) return claimed;
    const planned = await this.factory.make(request.isolation);
    const made = await this.catalog.transaction(async (tx) => {
      const mine = await tx.query(
        `DELETE FROM ready_placements WHERE tenant_id = $1 AND state = 'preparing' RETURNING tenant_id`,
        [planned.tenantId],
      );
      return mine.length === 0 ? null : this.#record(tx, planned, request, 'inline');
    });
    if (made !== null) return made;
    // The reconciler undid it while this process stood still; what was made since, no row tells of.
    await this.factory.unmake(planned);
    throw new ProvisioningLostError(planned.tenantId);
  }

  async #record(
    tx: CatalogTransaction,
    planned: PlannedPlacement,
    request: ClaimRequest,
    source: Claim['source'],
  ): Promise<Claim> {
    const { tenantId, placement } = planned;
    const holder = randomWord(16);
    await tx.query(
      `WITH tenant AS (
         INSERT INTO tenants (id, status, isolation, region, address_form, lease_holder, lease_until)
         VALUES ($1, 'provisioning', $2, $3, 2, $4, now() + make_interval(secs => $5)))
       INSERT INTO placements (tenant_id, server_id, isolation, database_name, schema_name,
         owner_role, login_role, login_sealed, schema_version)
       VALUES ($1, $6, $2, $7, $8, $9, $10, $11, $12)`,
      [
        tenantId,
        placement.isolation,
        request.region,
        holder,
        this.leaseSeconds,
        placement.serverId,
        placement.database,
        placement.schema,
        placement.ownerRole,
        placement.loginRole,
        placement.loginSealed,
        placement.schemaVersion,
      ],
    );
    const slug = await this.slugs.claimFor(tx, tenantId, request.organization);
    return { ...planned, slug, source, holder };
  }

  /**
   * Makes the tenant active, together with whatever else must be true from that instant on.
   *
   * @throws ProvisioningLostError when the reconciler took it over meanwhile
   */
  async activate(
    claim: Claim,
    emailHash: Buffer,
    alongside: (tx: CatalogTransaction) => Promise<void>,
  ): Promise<void> {
    await this.catalog.transaction(async (tx) => {
      const moved = await tx.query(
        `UPDATE tenants SET status = 'active', status_changed_at = now(), lease_holder = NULL, lease_until = NULL
          WHERE id = $1 AND status = 'provisioning' AND lease_holder = $2 RETURNING id`,
        [claim.tenantId, claim.holder],
      );
      if (moved.length === 0) throw new ProvisioningLostError(claim.tenantId);
      await tx.query('INSERT INTO sign_ins (email_hash, tenant_id) VALUES ($1, $2)', [
        emailHash,
        claim.tenantId,
      ]);
      await alongside(tx);
      await announce(tx, { kind: 'tenant', tenantId: claim.tenantId });
    });
  }
}
