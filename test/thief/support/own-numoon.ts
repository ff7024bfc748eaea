import { readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { loadConfig, type Config } from '../../../config/load.js';
import { openPostgres } from '../../../src/entry/composition/postgres-profile.js';
import { runServer, type RunningServer } from '../../../src/entry/composition/run-server.js';
import { createLogger } from '../../../src/infrastructure/logging/logger.js';
import { randomWord } from '../../../src/kernel/ids.js';
import { Secret } from '../../../src/kernel/secret.js';
import { noteSecret } from '../../support/canaries/registry.js';
import { runSql } from '../../support/temp-servers.js';
import { KeepAliveClient } from './keep-alive-client.js';

/** A link that no mail could carry, as the embedded profile shows it. */
export interface ShownLink {
  kind: string;
  token: string;
}

/** A whole NuMoon on an embedded PostgreSQL of its own, everything it writes in one folder. */
export interface OwnNuMoon {
  app: RunningServer;
  config: Config;
  client: KeepAliveClient;
  adminToken: string;
  /** Logs in as the superuser. */
  adminUrl: string;
  dataDir: string;
  /** Where the server's files really lie: for root it may be outside the data folder. */
  cluster: string;
  links: ShownLink[];
  /** NuMoon, then the server, both cleanly. Safe to repeat. */
  stop(): Promise<void>;
}

/** Nothing is refused for its number: what is tested is where things are kept. */
const UNLIMITED: Partial<Config> = {
  tenantRequestsPerSecond: 1_000_000,
  addressRequestsPerSecond: 1_000_000,
  signupsPerAddressHour: 1_000_000,
  signupsPerDay: 1_000_000,
  loginAttemptsPerAccount: 1_000_000,
  loginAttemptsPerAddress: 1_000_000,
};

export function ownConfig(dataDir: string, overrides: Partial<Config> = {}): Config {
  const fixed = { port: 0, dataDir, sweepSeconds: 1, stockDatabases: 2, stockSchemas: 2 };
  return loadConfig({}, { ...fixed, ...UNLIMITED, ...overrides });
}

/** Starts on this data folder, the first time or again, as `npm start` does, and logs all there is to log. */
export async function startOwnNuMoon(dataDir: string): Promise<OwnNuMoon> {
  const config = ownConfig(dataDir);
  const postgres = await openPostgres(config, () => undefined);
  try {
    const adminUrl = (await readFile(join(dataDir, 'postgres.url'), 'utf8')).trim();
    await easeServer(adminUrl);
    const running = await runNuMoon(config, postgres.url);
    return {
      ...running,
      adminUrl,
      dataDir,
      cluster: await realpath(join(dataDir, 'postgres')),
      stop: once(async () => {
        await running.stop();
        await postgres.stop();
      }),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** NuMoon alone, on a server that runs already. */
export async function runNuMoon(
  config: Config,
  databaseUrl: Secret,
): Promise<Pick<OwnNuMoon, 'app' | 'config' | 'client' | 'adminToken' | 'links' | 'stop'>> {
  const adminToken = `adm_${randomWord(32)}`;
  noteSecret('admin token', adminToken);
  const log = pino.destination({ dest: join(config.dataDir, 'numoon.log'), sync: true });
  const links: ShownLink[] = [];
  const app = await runServer({
    config,
    databaseUrl,
    profile: 'embedded',
    version: '0.0.0-test',
    adminToken: new Secret(adminToken),
    showLink: (kind, link) => {
      const token = decodeURIComponent(link.slice(link.indexOf('token=') + 'token='.length));
      noteSecret('token of a link', token);
      links.push({ kind, token });
    },
    logger: createLogger({ level: 'trace', stream: log }),
  });
  const client = new KeepAliveClient(app.url);
  const stop = once(async () => {
    client.close();
    await app.stop();
    log.end();
  });
  return { app, config, client, adminToken, links, stop };
}

/** Of the folders of the server, what may lie outside the data folder. */
export async function removeCluster({ cluster, dataDir }: OwnNuMoon): Promise<void> {
  const home = dirname(cluster);
  if (home !== dataDir) await rm(home, { recursive: true, force: true });
}

/**
 * No power cut is to be survived, and no part of the write-ahead log is to be gone before it was
 * searched. Everything else stays as the product sets it.
 */
async function easeServer(adminUrl: string): Promise<void> {
  await runSql(adminUrl, 'ALTER SYSTEM SET fsync = off');
  await runSql(adminUrl, "ALTER SYSTEM SET wal_keep_size = '4GB'");
  await runSql(adminUrl, 'SELECT pg_reload_conf()');
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
