import { newPlacementName, newTenantId } from '../../src/kernel/ids.js';
import { alternate } from '../support/alternate.js';
import { openBackstage } from '../support/backstage.js';
import { Child } from '../support/child.js';
import type { Figure } from '../support/figure.js';
import { median } from '../support/stats.js';

const TENANTS = 10_000;
const ROUNDS = 3;
const TARGET_KB = 10;

/**
 * Resident memory of a process that 10,000 tenants came to and whose connections are closed again,
 * less that of a process that did the same work for one tenant, by the tenant. The catalog's rows are
 * real, their databases are not: nothing connects to them.
 */
export const memory: Figure = {
  name: 'memory',
  async measure(postgres) {
    const ids = Array.from({ length: TENANTS }, newTenantId);
    await postgres.unmeasured(async () => {
      const backstage = await openBackstage(postgres, { stockDatabases: 0, stockSchemas: 0 });
      const { catalog } = backstage.foundation;
      await catalog.query(
        `INSERT INTO tenants (id, status, isolation, region)
         SELECT id, 'active', 'database', 'local' FROM unnest($1::text[]) AS id`,
        [ids],
      );
      const names = () => ids.map(newPlacementName);
      await catalog.query(
        `INSERT INTO placements (tenant_id, server_id, isolation, database_name, schema_name,
           owner_role, login_role, schema_version)
         SELECT tenant_id, 'primary', 'database', database_name, 'public', owner_role, login_role, 1
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
             AS it (tenant_id, database_name, owner_role, login_role)`,
        [ids, names(), names(), names()],
      );
      await backstage.close();
    });
    const { dataDir, controlUrl } = postgres;
    const residentWith = (count: number) => async (): Promise<number> => {
      const child = Child.start('programs/idle-tenants');
      const { resident } = await child.call<{ resident: number }>('touch', {
        dataDir,
        controlUrl,
        overrides: {},
        ids: ids.slice(0, count),
        touches: TENANTS,
      });
      await child.stop();
      return resident / 1_024;
    };
    const measured = await alternate(ROUNDS, {
      '10,000 tenants': residentWith(TENANTS),
      '1 tenant': residentWith(1),
    });
    const more = measured['10,000 tenants'].map(
      (resident, round) => (resident - (measured['1 tenant'][round] ?? NaN)) / (TENANTS - 1),
    );
    return [
      {
        what: 'resident memory a known, idle tenant, of 10,000',
        unit: 'KB',
        ours: median(more),
        floor: 'the target itself: 10 KB',
        theirs: TARGET_KB,
        ratio: median(more) / TARGET_KB,
        target: { atMost: 1 },
        samples: { ...measured, 'KB a tenant': more },
      },
    ];
  },
};
