import { PurgeTenant } from '../../src/control-plane/closure/purge-tenant.js';
import { RequestClosure } from '../../src/control-plane/closure/request-closure.js';
import { alternate, several, timed } from '../support/alternate.js';
import { openBackstage } from '../support/backstage.js';
import type { Figure } from '../support/figure.js';
import { median, ratios } from '../support/stats.js';

const PURGES = 30;

/**
 * `PurgeTenant` on an account that was closed without grace (sessions, database, roles, secrets,
 * catalog, and the search that proves absence), against bare `DROP DATABASE` and `DROP ROLE`, one
 * after the other. Each dropped database is a copy of the template and nobody is connected to it.
 */
export const purge: Figure = {
  name: 'purge',
  async measure(postgres) {
    const backstage = await openBackstage(postgres, { stockDatabases: 0, stockSchemas: 0 });
    const { tenancy, tools, pools } = backstage.foundation;
    const control = await postgres.connect();
    const tenants = await backstage.openAccounts(PURGES + 1, 'database');
    await several(PURGES, 1, async (number) => {
      await control.query(`CREATE ROLE bare_${number} LOGIN`);
      await control.query(`CREATE DATABASE bare_${number} TEMPLATE ${tools.template.name}`);
    });
    for (const { id } of tenants) {
      await pools.drain(id);
      await tenancy.central(() => backstage.get(RequestClosure).execute(id, 'administrator', 0));
    }
    await control.query('CHECKPOINT').catch(() => undefined);
    const purgeNext = async (): Promise<void> => {
      const tenant = tenants.pop() as (typeof tenants)[number];
      const outcome = await tenancy.central(() => backstage.get(PurgeTenant).execute(tenant.id));
      if (outcome !== 'purged') throw new Error(`The purge answered ${outcome}.`);
    };
    await purgeNext();

    let dropped = 0;
    const measured = await alternate(PURGES, {
      ours: () => timed(purgeNext),
      floor: () =>
        timed(async () => {
          await control.query(`DROP DATABASE bare_${dropped}`);
          await control.query(`DROP ROLE bare_${dropped}`);
          dropped += 1;
        }),
    });
    await control.end();
    await backstage.close();
    return [
      {
        what: 'purge, p50',
        unit: 'ms',
        ours: median(measured.ours),
        floor: 'bare DROP DATABASE + DROP ROLE',
        theirs: median(measured.floor),
        ratio: median(ratios(measured.ours, measured.floor)),
        target: { atMost: 3 },
        samples: measured,
      },
    ];
  },
};
