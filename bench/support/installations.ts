import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/load.js';
import { openBackstage, type Backstage } from './backstage.js';
import type { BenchPostgres } from './bench-postgres.js';
import type { Keeping } from './keeping.js';
import type { Installation } from './settings.js';

/** The product's installation, and beside it on the same server one of a floor. */
export async function twoInstallations(
  { dataDir, controlUrl }: BenchPostgres,
  floor: Keeping,
  overrides: Partial<Config>,
): Promise<{ ours: Installation; floor: Installation }> {
  const floorDir = join(dataDir, 'floor');
  await mkdir(floorDir, { recursive: true, mode: 0o700 });
  return {
    ours: { dataDir, controlUrl, overrides },
    floor: {
      dataDir: floorDir,
      controlUrl,
      overrides: {
        ...overrides,
        catalogDatabase: 'numoon_catalog_floor',
        sharedDatabase: 'numoon_shared_floor',
      },
      keeping: floor,
    },
  };
}

/** Runs set-up in an installation without waiting for the disk at each commit. */
export function prepare<T>(
  postgres: BenchPostgres,
  { dataDir, overrides, keeping }: Installation,
  work: (backstage: Backstage) => Promise<T>,
  stock: Partial<Config> = { stockDatabases: 0, stockSchemas: 0 },
): Promise<T> {
  return postgres.unmeasured(async () => {
    const backstage = await openBackstage(postgres, { ...overrides, ...stock, dataDir }, keeping);
    try {
      return await work(backstage);
    } finally {
      await backstage.close();
    }
  });
}
