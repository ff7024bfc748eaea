import { fileURLToPath } from 'node:url';
import type { AppSettings } from '../../sandbox/core/app-settings.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { runServer, type RunningServer } from '../../src/entry/composition/run-server.js';
import { Secret } from '../../src/kernel/secret.js';
import { answerCalls } from '../support/child.js';
import { benchConfig, type Installation } from '../support/settings.js';
import type { SyncedSoFar } from '../support/sync-watch.js';

const UNPACED = fileURLToPath(new URL('../connectors-unpaced', import.meta.url));
const ACTOR = { kind: 'system', job: 'bench.sync' } as const;

export interface SyncingInstallation extends Installation {
  stripe: AppSettings;
  /** Without the connector's budget of calls. */
  unpaced: boolean;
}

let server: RunningServer | undefined;

/** The whole product as npm start runs it, worker and keys included, whose Stripe is the sandbox's. */
answerCalls({
  start: async (installation: SyncingInstallation): Promise<number> => {
    const { dataDir, controlUrl, overrides, stripe, unpaced } = installation;
    const app = {
      baseUrl: stripe.baseUrl,
      clientId: stripe.clientId,
      clientSecret: new Secret(stripe.clientSecret),
      webhookSecrets: stripe.webhookSecrets.map((secret) => new Secret(secret)),
    };
    const providers = new Map([['stripe', app]]);
    server = await runServer({
      config: benchConfig(dataDir, { ...overrides, providers }),
      databaseUrl: new Secret(controlUrl),
      profile: 'embedded',
      version: 'bench',
      adminToken: new Secret('adm_bench'),
      connectorFolders: unpaced ? [UNPACED] : [],
    });
    return Number(new URL(server.url).port);
  },

  /** What the engine has written down; a look at two small tables, which opens nothing. */
  soFar: async (tenantId: string): Promise<SyncedSoFar> => {
    if (server === undefined) throw new Error('It was not started.');
    const { app, foundation } = server;
    const database = app.get(TenantDatabase, { strict: false });
    return foundation.tenancy.run(tenantId, ACTOR, async () => {
      const runs = await database.query<{ status: string; records: string; problem: string }>({
        text: 'SELECT status, records, problem FROM sync_runs',
      });
      const streams = await database.query<{ stream: string; from: string }>({
        text: `SELECT stream, covered_from::text AS "from" FROM sync_streams
          WHERE covered_from IS NOT NULL`,
      });
      return {
        runs: runs.map((run) => ({ ...run, records: Number(run.records) })),
        coveredFrom: Object.fromEntries(streams.map(({ stream, from }) => [stream, from])),
      };
    });
  },

  /** Bytes, by the kernel's own count: no peak is missed between two looks. */
  peakMemory: (): number => process.resourceUsage().maxRSS * 1_024,
});
