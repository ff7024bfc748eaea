import type { CatalogDatabase } from '../../control-plane/catalog/catalog-database.js';
import type { CatalogDirectory } from '../../control-plane/catalog/catalog-directory.js';
import type { Logger } from '../../infrastructure/logging/logger.js';
import { announce, type ChangeFeed } from '../../infrastructure/postgres/change-feed.js';
import type { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import type { TenantPools } from '../../tenancy/pools/tenant-pools.js';
import type { Tenancy } from '../../tenancy/tenancy.js';

/** The parts of a process that hold something of tenants. */
interface Followers {
  catalog: CatalogDatabase;
  directory: CatalogDirectory;
  feed: ChangeFeed;
  keys: TenantKeys;
  logger: Logger;
  pools: TenantPools;
  tenancy: Tenancy;
}

/**
 * What every process does when the catalog says that a tenant changed: drain what must not go on, and
 * overwrite its keys; who is still served loads them anew.
 */
export function followTenants(parts: Followers): void {
  const { catalog, directory, feed, keys, logger, pools, tenancy } = parts;
  feed.on('gap', () => keys.dropAll());
  feed.on('change', (change) => {
    if (change.kind === 'tenant' || change.kind === 'keys') keys.drop(change.tenantId);
    if (change.kind === 'forget') void forget(change);
    if (change.kind !== 'tenant') return;
    tenancy.central(() => void follow(change.tenantId));
  });

  async function forget({ tenantId, ask }: { tenantId: string; ask: string }): Promise<void> {
    try {
      await keys.forget(tenantId);
      await announce(catalog, { kind: 'forgotten', ask, process: feed.processId });
    } catch (error) {
      // Unsaid, the asker ends this process's feed, and the gap drops everything.
      logger.warn({ err: error, tenantId }, 'could not say that keys were forgotten');
    }
  }

  async function follow(tenantId: string): Promise<void> {
    try {
      const tenant = await directory.find(tenantId);
      if (tenant?.status === 'active') await pools.drainStale(tenant);
      else if (tenant === null || tenant.status !== 'provisioning')
        await pools.drain(tenantId, 2_000);
    } catch (error) {
      logger.warn({ err: error, tenantId }, 'a change of a tenant could not be followed');
    }
  }
}
