import type { Provider } from '@nestjs/common';
import { Retries } from '../catalog/retries.js';
import { DuePurges } from '../closure/due-purges.js';
import { PURGE_JOB } from '../closure/purge.jobs.js';
import { ControlPlaneDeps as Deps } from '../control-plane.deps.js';
import { ContinueRotations } from '../keys/continue-rotations.js';
import { made } from '../made.js';
import { AbandonTenant } from '../provisioning/abandon-tenant.js';
import { PlacementFactory } from '../provisioning/placement-factory.js';
import { Stock } from '../provisioning/stock.js';
import { MeasureStorage, StorageNews } from '../storage/measure-storage.js';
import { CanonicalizeTenants, TenantAddresses } from './canonicalize-tenants.js';
import { DiscardStalePlaces } from './discard-stale-places.js';
import { FindOrphans } from './find-orphans.js';
import { RemoveOrphan } from './remove-orphan.js';
import { StopRunaways } from './stop-runaways.js';
import { StrayRows } from './stray-rows.js';
import { Sweep } from './sweep.js';
import { sweepChores } from './sweep-chores.js';
import { TakeOverUnfinished } from './take-over-unfinished.js';
import { UpgradeSchemas } from './upgrade-schemas.js';

/** The sweep, and what the doctor asks it. */
export const RECONCILER: Provider[] = [
  made(
    MeasureStorage,
    [Deps, StorageNews],
    (d, news) =>
      new MeasureStorage(d.catalog, d.tools.admin, d.tenancy, d.storageLimits, news, d.logger),
  ),
  made(
    FindOrphans,
    [Deps],
    (d) =>
      new FindOrphans(
        d.catalog,
        d.tools.admin,
        d.tools.keys,
        d.tools.secrets,
        d.tools.roles,
        new StrayRows(d.catalog),
        d.tools.template.name,
        d.sharedDatabase,
      ),
  ),
  made(
    RemoveOrphan,
    [Deps],
    (d) =>
      new RemoveOrphan(
        d.tools.admin,
        d.tools.keys,
        d.tools.secrets,
        new StrayRows(d.catalog),
        d.sharedDatabase,
      ),
  ),
  made(
    Sweep,
    [
      Deps,
      PlacementFactory,
      AbandonTenant,
      Stock,
      FindOrphans,
      RemoveOrphan,
      ContinueRotations,
      Retries,
      TenantAddresses,
      MeasureStorage,
    ],
    (d, factory, abandon, stock, find, remove, rotations, retries, addresses, storage) =>
      new Sweep(
        sweepChores({
          purges: new DuePurges(d.catalog, (tenantId) => d.jobs.enqueue(PURGE_JOB, { tenantId })),
          unfinished: new TakeOverUnfinished(d.catalog, abandon, retries),
          stale: new DiscardStalePlaces(d.catalog, factory, d.tools.limits.leaseSeconds, retries),
          runaways: new StopRunaways(d.tools.admin, d.tools.limits.statementTimeoutMs),
          upgrades: new UpgradeSchemas(d.catalog, d.tools.admin, d.logger),
          storage,
          stock,
          find,
          remove,
          rotations,
          retries,
          addresses: new CanonicalizeTenants(d.catalog, d.tenancy, addresses, d.logger),
          more: d.moreChores,
        }),
        d.logger,
      ),
  ),
];
