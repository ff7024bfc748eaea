import { announce } from '../../infrastructure/postgres/change-feed.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import type { Logger } from '../../kernel/logger.js';
import type { Tenancy } from '../../tenancy/tenancy.js';
import type { StorageLevel } from '../../tenancy/tenant-record.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import { loginRolesOf } from '../closure/login-roles.js';
import { endLockHolders } from '../provisioning/end-lock-holders.js';
import type { PlannedPlacement } from '../provisioning/new-placement.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';
import { type DueMeasure, MeasuresRepository } from './measures.repository.js';
import { allowWrites, holdWrites } from './hold-writes.js';
import { type Measured, measurePlace } from './measure-place.js';
import { reclaimSpace } from './reclaim-space.js';
import { levelOf, type StorageLimits } from './storage-level.js';

/** Told in the tenant's scope when it comes to another level: for its audit log. */
export abstract class StorageNews {
  abstract reached(level: StorageLevel): Promise<void>;
}

const AT_ONCE = 4;
/** A sweep has other things to look after; who was not measured now is first the next time. */
const BUDGET_MS = 3_000;
/** This part of all that was there being gone is worth rewriting the files for. */
const WORTH_RECLAIMING = 0.1;

const ACTOR = { kind: 'system', job: 'storage.measure' } as const;

const isHeldBack = (level: StorageLevel): boolean => level === 'full' || level === 'over';

/**
 * Looks how much each tenant stores, and holds it to its limits. Each look does again whatever its level
 * needs, so a crash anywhere is made good by the next.
 */
export class MeasureStorage {
  readonly #measures: MeasuresRepository;

  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly admin: ServerAdmin,
    private readonly tenancy: Tenancy,
    private readonly limits: StorageLimits,
    private readonly news: StorageNews,
    private readonly logger: Logger,
  ) {
    this.#measures = new MeasuresRepository(catalog);
  }

  /** @returns how many tenants came to another level */
  async execute(): Promise<number> {
    const stopAt = performance.now() + BUDGET_MS;
    const due = await this.#measures.due(await this.#busyRoles());
    let changed = 0;
    const work = async (): Promise<void> => {
      for (let next = due.shift(); next !== undefined; next = due.shift()) {
        if (performance.now() > stopAt) return;
        if (await this.#look(next)) changed += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return changed;
  }

  /** Login roles that did something lately: who may be writing is looked at more often. */
  #busyRoles(): Promise<string[]> {
    return this.admin.asWarden(async (client) => {
      const { rows } = await client.query<{ role: string }>(
        `SELECT DISTINCT usename AS role FROM pg_stat_activity
          WHERE usename IS NOT NULL AND (state <> 'idle' OR state_change > now() - interval '1 minute')`,
      );
      return rows.map(({ role }) => role);
    });
  }

  /** One that cannot be looked at is told in the log and looked at again; the others go on. */
  async #look(due: DueMeasure): Promise<boolean> {
    const { tenantId } = due.planned;
    try {
      const roles = await loginRolesOf(this.catalog, due.planned);
      const used = await this.#measured(due, roles);
      const level = levelOf(used, this.limits, due.level);
      // Before the catalog says so: a crash in between leaves a level that asks for it again.
      if (due.level === 'over' && level !== 'over') {
        await allowWrites(this.admin, due.planned.placement, roles);
      }
      if (level !== due.level) await this.#tell(due, level, used);
      const isOurs = await this.#write(due, level, used);
      if (level === 'over') await holdWrites(this.admin, due.planned.placement, roles);
      return isOurs && level !== due.level;
    } catch (error) {
      this.logger.warn({ tenantId, err: error }, 'the storage of a tenant could not be measured');
      // Not first again at the next sweep: a few that fail slowly would keep all others from being seen.
      await this.#measures.putOff(tenantId);
      return false;
    }
  }

  async #measured(due: DueMeasure, roles: readonly string[]): Promise<Measured> {
    const { placement } = due.planned;
    const used = await this.#measure(due.planned, roles);
    // A crash of the server makes it count from nothing.
    const gone = used.gone < due.goneBefore ? used.gone : used.gone - due.goneBefore;
    const isWorthIt = gone > (used.live + gone) * WORTH_RECLAIMING;
    if (!isHeldBack(due.level) || !isWorthIt) return used;
    await reclaimSpace(this.admin, placement);
    due.goneBefore = used.gone;
    return measurePlace(this.admin, placement);
  }

  async #measure({ placement }: PlannedPlacement, roles: readonly string[]): Promise<Measured> {
    try {
      return await measurePlace(this.admin, placement);
    } catch (error) {
      if (!hasSqlstate(error, SQLSTATE.lockNotAvailable)) throw error;
      await endLockHolders(this.admin, roles);
      return measurePlace(this.admin, placement);
    }
  }

  async #tell({ planned, level: before }: DueMeasure, level: StorageLevel, used: Measured) {
    const { tenantId } = planned;
    const { bytes, rows } = used;
    const { maxBytes, maxRows } = this.limits;
    const log = level === 'within' ? 'info' : 'warn';
    this.logger[log](
      { tenantId, before, level, bytes, rows, maxBytes, maxRows },
      'a tenant came to another level of what it may store',
    );
    if (before === 'within' && level === 'within') return;
    await this.tenancy
      .run(tenantId, ACTOR, () => this.news.reached(level))
      .catch((error: unknown) => {
        this.logger.warn({ tenantId, err: error }, 'a level of storage was not told to the tenant');
      });
  }

  async #write(due: DueMeasure, level: StorageLevel, used: Measured): Promise<boolean> {
    return this.catalog.transaction(async (tx) => {
      const written = await this.#measures.write(tx, due, level, used);
      if (written === null) return false;
      const { tenantId } = due.planned;
      if (written.tell) await announce(tx, { kind: 'storage', tenantId });
      if (isHeldBack(due.level) && !isHeldBack(level)) await this.#measures.wakeSyncs(tx, tenantId);
      return true;
    });
  }
}
