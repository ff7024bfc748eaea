import type { Client } from 'pg';
import { alternate, several, timed } from '../support/alternate.js';
import { openBackstage } from '../support/backstage.js';
import type { Figure } from '../support/figure.js';
import { median, ratios } from '../support/stats.js';

const ROUNDS = 6;
const A_ROUND = 24;
const AT_ONCE = 4;

/**
 * Whole accounts opened without stock, four at once, against four connections that only run
 * `CREATE ROLE` and `CREATE DATABASE ... TEMPLATE`. Password hashing is left out of both.
 */
export const provisioning: Figure = {
  name: 'provisioning',
  async measure(postgres) {
    const backstage = await openBackstage(postgres, { stockDatabases: 0, stockSchemas: 0 });
    const template = backstage.foundation.tools.template.name;
    const control = await several(AT_ONCE, AT_ONCE, () => postgres.connect());
    const free = [...control];
    let made = 0;
    const bare = async (): Promise<void> => {
      made += 1;
      const name = `bare_${made}`;
      const client = free.pop() as Client;
      await client.query(`CREATE ROLE ${name} LOGIN`);
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      free.push(client);
    };
    const open = (): Promise<unknown> => {
      made += 1;
      return backstage.openAccount(`account-${made}`, 'database');
    };
    const perSecond = async (work: () => Promise<unknown>): Promise<number> =>
      A_ROUND / ((await timed(() => several(A_ROUND, AT_ONCE, work))) / 1_000);
    await several(AT_ONCE, AT_ONCE, open);

    const measured = await alternate(ROUNDS, {
      ours: () => perSecond(open),
      floor: () => perSecond(bare),
    });
    await Promise.all(control.map((client) => client.end()));
    await backstage.close();
    return [
      {
        what: 'provisioning without stock, 4 at once',
        unit: 'tenants/s',
        ours: median(measured.ours),
        floor: 'bare CREATE ROLE + CREATE DATABASE, 4 at once',
        theirs: median(measured.floor),
        ratio: median(ratios(measured.ours, measured.floor)),
        target: { atLeast: 0.8 },
        samples: measured,
      },
    ];
  },
};
