import { text } from 'node:stream/consumers';
import { loadConfig } from '../../../../config/load.js';
import { RunSync } from '../../../../src/data-plane/sync/run/run-sync.js';
import { SliceWriter } from '../../../../src/data-plane/sync/slice/slice-writer.js';
import { SyncSettings } from '../../../../src/data-plane/sync/sync.settings.js';
import { runServer } from '../../../../src/entry/composition/run-server.js';
import { createLogger } from '../../../../src/infrastructure/logging/logger.js';
import { Secret } from '../../../../src/kernel/secret.js';
import { moveClock } from '../../../support/clock/move-clock.js';
import type { CrashErrand } from './crashing-syncs.js';

/**
 * Syncs in a process of its own, saving after every page, and kills itself right before or right after
 * it commits one. Ends with code 3 when there is nothing left to read.
 */
const errand = JSON.parse(await text(process.stdin)) as CrashErrand;
const { baseUrl, connectors, clock, now, integrationId, tenantId } = errand;
moveClock(clock);
const server = await runServer({
  config: loadConfig(
    {},
    {
      ...errand.config,
      port: 0,
      role: 'api',
      logLevel: 'silent',
      providers: new Map([
        ['teapot', { baseUrl, clientId: null, clientSecret: null, webhookSecrets: [] }],
      ]),
    },
  ),
  databaseUrl: new Secret(errand.databaseUrl),
  profile: 'own server',
  version: '0.0.0-test',
  adminToken: new Secret('adm_of-a-child-that-nobody-calls-0123'),
  logger: createLogger({ level: 'silent' }),
  connectorFolders: [connectors],
});
const settings = server.app.get(SyncSettings, { strict: false });
settings.now = () => now;
settings.saveEveryMs = 0;

const writer = server.app.get(SliceWriter, { strict: false });
for (const method of ['save', 'finish'] as const) {
  const commit = writer[method].bind(writer) as (...args: unknown[]) => Promise<unknown>;
  Object.assign(writer, {
    [method]: async (...args: unknown[]) => {
      if (errand.dies === 'before') process.kill(process.pid, 'SIGKILL');
      await commit(...args);
      process.kill(process.pid, 'SIGKILL');
    },
  });
}
await server.foundation.tenancy.run(tenantId, { kind: 'system', job: 'test' }, () =>
  server.app
    .get(RunSync, { strict: false })
    .execute({ integrationId, cause: 'schedule', failures: 0 }, new AbortController().signal),
);
process.exit(3);
