import { openStores } from '../../src/entry/composition/open-stores.js';
import { CENTRAL } from '../../src/kernel/secret-store.js';
import { readDataKeys, rewrapDataKey } from '../../src/tenancy/keys/data-keys.repository.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { several } from './alternate.js';
import type { Backstage, BenchTenant } from './backstage.js';
import { benchConfig, vaultSettings } from './settings.js';

const ROOT = { tenantId: CENTRAL, name: 'root' };
const ACTOR = { kind: 'system', job: 'bench.move-to-vault' } as const;

/**
 * Copies an installation's root key from its keyring into a Vault and wraps the data keys of these
 * tenants there, so that the same tenants can be served with either. The backstage's own process must
 * not serve them afterwards.
 */
export async function moveToVault(
  { foundation, get }: Backstage,
  tenants: readonly BenchTenant[],
  vault: { address: string; token: string },
): Promise<void> {
  const { tenancy, tools, config } = foundation;
  const settings = benchConfig(config.dataDir, vaultSettings(vault));
  const to = await openStores(settings, true, () => undefined);
  try {
    const root = await tools.secrets.get(ROOT);
    if (root === null) throw new Error('The installation has no root key.');
    await to.secrets.put(ROOT, root);
    await several(tenants.length, 8, async (index) => {
      const { id } = tenants[index] as BenchTenant;
      await to.keys.create(id);
      await tenancy.run(id, ACTOR, async () => {
        const database = get(TenantDatabase);
        for (const key of await readDataKeys(database)) {
          const material = await tools.keys.unwrap(id, key.wrapped);
          await rewrapDataKey(database, key, await to.keys.wrap(id, material));
          material.fill(0);
        }
      });
    });
  } finally {
    await to.close();
  }
}
