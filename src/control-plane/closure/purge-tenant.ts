import { announce } from '../../infrastructure/postgres/change-feed.js';
import { randomWord } from '../../kernel/ids.js';
import { runSteps, type StepObserver } from '../../kernel/steps.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import { Retries, type HoldUp } from '../catalog/retries.js';
import type { TenantsRepository } from '../catalog/tenants.repository.js';
import { findHoldUps } from '../provisioning/find-hold-ups.js';
import type { PlannedPlacement } from '../provisioning/new-placement.js';
import { plannedOf, type PlacementRow } from '../provisioning/placement-row.js';
import type { StepTools } from '../provisioning/step-tools.js';
import { ResidueFoundError } from './closure.errors.js';
import type { Finding } from './closure.entity.js';
import { loginRolesOf } from './login-roles.js';
import { NOTE_STEP } from './note-step.js';
import { purgeSteps } from './purge-steps.js';
import { rememberRoleOids } from './role-oids.js';
import { searchTraces } from './search-traces.js';

/** What became of a call: `not-due` and `busy` are no failures, the sweep comes again. */
export type PurgeOutcome = 'purged' | 'not-due' | 'busy';

/** Where something on the server may be in the way; elsewhere a failure speaks for itself. */
const ON_THE_SERVER = ['end-sessions', 'drop-place', 'drop-roles'];

/**
 * Executes a closure whose grace is over. Any number of processes may be told to: the lease on the
 * tenant's row lets one work, and a later one start over when that one died. What fails is written down
 * with what is in its way, and tried again by the sweep, later each time.
 */
export class PurgeTenant {
  readonly #retries: Retries;

  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly tenants: TenantsRepository,
    private readonly tools: StepTools,
    private readonly observer: StepObserver = {},
  ) {
    this.#retries = new Retries(catalog);
  }

  /** @throws ResidueFoundError when the search still finds something after all steps */
  async execute(tenantId: string): Promise<PurgeOutcome> {
    const holder = randomWord(16);
    const begun = await this.#begin(tenantId, holder);
    if (begun !== 'begun') return begun;
    const at: { place: PlannedPlacement | null; step: string | null } = { place: null, step: null };
    try {
      at.place = await this.#placement(tenantId);
      if (at.place !== null) {
        await this.#purge(at.place, holder, (step) => (at.step = step));
        at.step = null;
      }
      return await this.#finish(tenantId, holder, at.place);
    } catch (error) {
      await this.#noteFailure(tenantId, at.place, at.step, error).catch(() => undefined);
      throw error;
    } finally {
      await this.#letGo(tenantId, holder);
    }
  }

  /** Moves `closing` to `purging` when the date has come by the database's clock, and takes the lease. */
  async #begin(tenantId: string, holder: string): Promise<PurgeOutcome | 'begun'> {
    return this.catalog.transaction(async (tx) => {
      const [row] = await tx.query<{ status: string; due: boolean | null; leased: boolean }>(
        `SELECT t.status, coalesce(t.lease_until > now(), false) AS leased,
                (SELECT c.purge_at <= now() FROM closures c
                  WHERE c.tenant_id = t.id AND c.status IN ('grace', 'purging')) AS due
           FROM tenants t WHERE t.id = $1 FOR UPDATE OF t`,
        [tenantId],
      );
      if (row?.status === 'purged') return 'purged';
      if (row === undefined || row.due !== true) return 'not-due';
      if (row.status === 'closing') {
        await this.tenants.move(tx, tenantId, 'purging');
        await tx.query(
          `UPDATE closures SET status = 'purging' WHERE tenant_id = $1 AND status = 'grace'`,
          [tenantId],
        );
      } else if (row.status !== 'purging') return 'not-due';
      else if (row.leased) return 'busy';
      await tx.query(
        `UPDATE tenants SET lease_holder = $2, lease_until = now() + make_interval(secs => $3) WHERE id = $1`,
        [tenantId, holder, this.tools.limits.leaseSeconds],
      );
      return 'begun';
    });
  }

  async #placement(tenantId: string): Promise<PlannedPlacement | null> {
    const [row] = await this.catalog.query<PlacementRow>(
      'SELECT * FROM placements WHERE tenant_id = $1',
      [tenantId],
    );
    return row === undefined ? null : plannedOf(row);
  }

  async #purge(
    place: PlannedPlacement,
    holder: string,
    begins: (step: string) => void,
  ): Promise<void> {
    await rememberRoleOids(this.tools, place);
    await runSteps(purgeSteps(this.tools), place, {
      before: (step) => {
        begins(step);
        return this.observer.before?.(step);
      },
      after: async (step, elapsedMs) => {
        await this.#note(place.tenantId, holder, step);
        await this.observer.after?.(step, elapsedMs);
      },
    });
  }

  /** Writes the step down for the status page, and renews the lease while it is still ours: the work is alive. */
  async #note(tenantId: string, holder: string, step: string): Promise<void> {
    await this.catalog.query(NOTE_STEP, [tenantId, step, this.tools.limits.leaseSeconds, holder]);
  }

  async #noteFailure(
    tenantId: string,
    place: PlannedPlacement | null,
    step: string | null,
    error: unknown,
  ): Promise<void> {
    let heldUp: HoldUp[] = [];
    if (place !== null && step !== null && ON_THE_SERVER.includes(step)) {
      const { ownerRole, isolation, database } = place.placement;
      heldUp = await findHoldUps(this.tools.admin, {
        roles: [...(await loginRolesOf(this.catalog, place)), ownerRole],
        database: isolation === 'database' ? database : null,
      });
    }
    await this.#retries.failed('purge', tenantId, error, { step, heldUp });
  }

  /** Proves absence, then reduces the catalog to a tombstone: the id, the state and the dates. */
  async #finish(
    tenantId: string,
    holder: string,
    place: PlannedPlacement | null,
  ): Promise<PurgeOutcome> {
    const evidence: Finding[] = place === null ? [] : await searchTraces(this.tools, place);
    if (evidence.some((finding) => finding.found !== 0)) {
      throw new ResidueFoundError(tenantId, evidence);
    }
    return this.catalog.transaction(async (tx) => {
      // The tombstone holds no lease, also when nobody comes to let go of it any more.
      const mine = await tx.query(
        `UPDATE tenants SET lease_holder = NULL, lease_until = NULL
          WHERE id = $1 AND lease_holder = $2 RETURNING id`,
        [tenantId, holder],
      );
      if (mine.length === 0) return 'busy';
      await tx.query('DELETE FROM placements WHERE tenant_id = $1', [tenantId]);
      await tx.query('DELETE FROM retries WHERE subject = $1', [tenantId]);
      await tx.query(
        `UPDATE closures SET status = 'purged', purged_at = now(), evidence = $2, role_oids = NULL
          WHERE tenant_id = $1 AND status = 'purging'`,
        [tenantId, JSON.stringify(evidence)],
      );
      await tx.query(
        `UPDATE deadlines SET met_at = now() WHERE tenant_id = $1 AND kind = 'purge' AND met_at IS NULL AND dropped_at IS NULL`,
        [tenantId],
      );
      await this.tenants.move(tx, tenantId, 'purged');
      await announce(tx, { kind: 'closure' });
      return 'purged';
    });
  }

  async #letGo(tenantId: string, holder: string): Promise<void> {
    await this.catalog
      .query(
        'UPDATE tenants SET lease_holder = NULL, lease_until = NULL WHERE id = $1 AND lease_holder = $2',
        [tenantId, holder],
      )
      .catch(() => undefined);
  }
}
