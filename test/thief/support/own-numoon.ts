import { realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { loadConfig, type Config } from '../../../config/load.js';
import { openPostgres } from '../../../src/entry/composition/postgres-profile.js';
import { runServer, type RunningServer } from '../../../src/entry/composition/run-server.js';
import { createLogger } from '../../../src/infrastructure/logging/logger.js';
import { randomWord } from '../../../src/kernel/ids.js';
import { Secret } from '../../../src/kernel/secret.js';
import { createTempFolder, runSql } from '../../support/temp-servers.js';
import { readLoginUrl } from './login-url.js';
import { ownLinks, type OwnLinks } from './own-links.js';
import { KeepAliveClient } from './keep-alive-client.js';

/** A whole NuMoon on an embedded PostgreSQL of its own, everything it writes in one folder. */
export interface OwnNuMoon extends RunningServer {
  config: Config;
  adminToken: string;
  dataDir: string;
  /** Where the server's files really lie: for root it may be outside the data folder. */
  cluster: string;
  /** Logs in as the superuser. */
  adminUrl: string;
  client: KeepAliveClient;
  links: OwnLinks;
  /** NuMoon and then the server, cleanly. Safe to repeat. */
  stop(): Promise<void>;
}

/** Nothing is refused for its number, and work in the background does not keep anybody waiting. */
const UNLIMITED: Partial<Config> = {
  tenantRequestsPerSecond: 1_000_000,
  addressRequestsPerSecond: 1_000_000,
  signupsPerAddressHour: 1_000_000,
  signupsPerDay: 1_000_000,
  loginAttemptsPerAccount: 1_000_000,
  loginAttemptsPerAddress: 1_000_000,
};

/** A data folder for one; `cleanUp` of `temp-servers.ts` removes it. */
export function createDataDir(): Promise<string> {
  return createTempFolder();
}

/** Starts, or starts again, on a data folder, as the embedded profile does. Logs all there is to log. */
export async function startOwnNuMoon(
  dataDir: string,
  overrides: Partial<Config> = {},
): Promise<OwnNuMoon> {
  const config = loadConfig(
    {},
    {
      port: 0,
      dataDir,
      sweepSeconds: 1,
      stockDatabases: 2,
      stockSchemas: 2,
      logLevel: 'trace',
      ...UNLIMITED,
      ...overrides,
    },
  );
  const postgres = await openPostgres(config, () => undefined);
  const adminToken = `adm_${randomWord(32)}`;
  const links = ownLinks();
  try {
    const adminUrl = await readLoginUrl(dataDir);
    await forTests(adminUrl);
    const server = await runServer({
      config,
      databaseUrl: postgres.url,
      profile: 'embedded',
      version: '0.0.0-test',
      adminToken: new Secret(adminToken),
      showLink: links.show,
      logger: createLogger({
        level: 'trace',
        stream: pino.destination({ dest: join(dataDir, 'numoon.log'), sync: true }),
      }),
    });
    const client = new KeepAliveClient(server.url);
    let stopping: Promise<void> | undefined;
    const stop = async () => {
      client.close();
      await server.stop();
      await postgres.stop();
    };
    return Object.assign(server, {
      ...{ config, adminToken, dataDir, adminUrl, client, links },
      cluster: await realpath(join(dataDir, 'postgres')),
      stop: (
        (stopNuMoon) => () =>
          (stopping ??= stopNuMoon())
      )(stopOf(server, client, postgres)),
    });
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
