import type { Config } from '../../config/load.js';
import { runServer, type RunningServer } from '../../src/entry/composition/run-server.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { Secret } from '../../src/kernel/secret.js';
import { ADMIN_TOKEN, type TestApp } from './test-app.js';
import { controlUrl } from './test-postgres.js';

/** What another process of the same installation would be: one catalog and key store, and a memory of its own. */
export function startSecond(
  first: TestApp,
  config: Partial<Config> = {},
  databaseUrl = controlUrl(),
): Promise<RunningServer> {
  return runServer({
    config: { ...first.config, role: 'api', ...config },
    databaseUrl: new Secret(databaseUrl),
    profile: 'own server',
    version: '0.0.0-test',
    adminToken: new Secret(ADMIN_TOKEN),
    logger: createLogger({ level: 'silent' }),
  });
}
