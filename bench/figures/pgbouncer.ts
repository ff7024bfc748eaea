import { findPgBouncer, startPgBouncer } from '../../test/support/pgbouncer.js';
import { alternate } from '../support/alternate.js';
import { prepareAccounts } from '../support/backstage.js';
import type { Figure } from '../support/figure.js';
import { requestsOf } from '../support/requests.js';
import { NO_LIMITS } from '../support/settings.js';
import { median, ratios } from '../support/stats.js';
import { warmServer } from '../support/warm-servers.js';

const TENANTS = 200;
const ROUNDS = 11;
const ROUND_MS = 700;

/**
 * `GET /v1/tenant` with an API key, 200 tenants in turn over 64 connections: the product through a PgBouncer
 * in transaction mode, and beside it the same product straight to the server. No row where there is no pgbouncer.
 */
export const pgbouncer: Figure = {
  name: 'pgbouncer',
  async measure(postgres) {
    const binary = findPgBouncer();
    if (binary === null) {
      process.stdout.write(
        'There is no pgbouncer here: set NUMOON_TEST_PGBOUNCER to measure it.\n',
      );
      return [];
    }
    const tenants = await prepareAccounts(postgres, TENANTS, 'database');
    const { adminUrl, controlUrl, dataDir } = postgres;
    const overrides = { ...NO_LIMITS, connections: 400, connectionIdleMs: 600_000 };
    // Its sessions stay open too.
    const settings = { server_idle_timeout: 600 };
    const pooler = await startPgBouncer(binary, adminUrl, { settings });
    try {
      const load = requestsOf(tenants, '/v1/tenant');
      const through = { controlUrl: pooler.through(controlUrl), directUrl: controlUrl };
      const behind = await warmServer('programs/product', { dataDir, ...through, overrides }, load);
      const direct = await warmServer('programs/product', { dataDir, controlUrl, overrides }, load);
      const measured = await alternate(ROUNDS, {
        through: () => behind.perSecond(ROUND_MS),
        direct: () => direct.perSecond(ROUND_MS),
      });
      for (const server of [behind, direct]) await server.stop();
      return [
        {
          what: 'requests/s through PgBouncer in transaction mode, 200 tenants, warm',
          unit: 'requests/s',
          ours: median(measured.through),
          floor: 'the same product without it',
          theirs: median(measured.direct),
          ratio: median(ratios(measured.through, measured.direct)),
          target: null,
          samples: measured,
          note: `PgBouncer ${pooler.version}, on the same cores as all else`,
        },
      ];
    } finally {
      await pooler.stop();
    }
  },
};
