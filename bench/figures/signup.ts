import { Stock } from '../../src/control-plane/provisioning/stock.js';
import { alternate, timed } from '../support/alternate.js';
import { openBackstage } from '../support/backstage.js';
import { Child } from '../support/child.js';
import type { Figure } from '../support/figure.js';
import { NO_LIMITS } from '../support/settings.js';
import { SignUps } from '../support/sign-ups.js';
import { median, ratios } from '../support/stats.js';

const SIGNUPS = 40;

/**
 * From the first byte of `POST /v1/signup` to the answer of a first `GET /v1/me` with the new key, one
 * after the other, from a stock of ready databases, against bare `CREATE DATABASE ... TEMPLATE` of the
 * same template. The stock was made by another process, so the first query opens the tenant's first
 * connection: what a signup finds whose database has stood ready for longer than a minute.
 */
export const signup: Figure = {
  name: 'signup',
  async measure(postgres) {
    const template = await postgres.unmeasured(async () => {
      const stocked = { stockDatabases: SIGNUPS + 4, stockSchemas: 0 };
      const backstage = await openBackstage(postgres, stocked);
      await backstage.foundation.tenancy.central(() => backstage.get(Stock).refill());
      await backstage.close();
      return backstage.foundation.tools.template.name;
    });
    const { dataDir, controlUrl } = postgres;
    const product = Child.start('programs/product');
    const port = await product.call<number>('start', { dataDir, controlUrl, overrides: NO_LIMITS });
    const signUps = await SignUps.open(port);
    const control = await postgres.connect();
    let made = 0;
    // Code that has not run yet is no part of a median.
    for (let round = 0; round < 4; round += 1) await signUps.one();

    const measured = await alternate(SIGNUPS, {
      ours: () => timed(() => signUps.one()),
      floor: async () => {
        made += 1;
        return timed(() => control.query(`CREATE DATABASE bare_${made} TEMPLATE ${template}`));
      },
    });
    signUps.close();
    await control.end();
    await product.stop();
    return [
      {
        what: 'signup to first successful query, warm stock, p50',
        unit: 'ms',
        ours: median(measured.ours),
        floor: 'one bare CREATE DATABASE ... TEMPLATE',
        theirs: median(measured.floor),
        ratio: median(ratios(measured.ours, measured.floor)),
        target: { atMost: 0.5 },
        samples: measured,
      },
    ];
  },
};
