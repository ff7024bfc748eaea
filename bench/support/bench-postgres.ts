import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { openClient } from '../../src/infrastructure/postgres/connections.js';
import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/start-embedded-postgres.js';
import { findPgCtl, type PgCtl } from './pg-ctl.js';

/** A fresh embedded PostgreSQL as npm start runs it (fsync on), but for room for more connections. */
export interface BenchPostgres {
  /** Holds the keyring too. */
  readonly dataDir: string;
  readonly controlUrl: string;
  /** Of the superuser. */
  readonly adminUrl: string;
  readonly version: string;
  /** A connection of the control role's, bare, as the floors and peers use it. The caller ends it. */
  connect(): Promise<Client>;
  /** Runs set-up that is not measured without waiting for the disk at each commit. */
  unmeasured<T>(work: () => Promise<T>): Promise<T>;
  /**
   * From now on nobody starts the server again when it ends: what does so for the embedded one would start
   * it beside `pg_ctl restart`.
   */
  leaveToPgCtl(): Promise<PgCtl>;
  stop(): Promise<void>;
}

export async function startBenchPostgres(): Promise<BenchPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'numoon-bench-'));
  // Open to the server's own account: else, as root, the cluster would lie elsewhere and stay there.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, settings: { max_connections: '1000' } });
  const { adminUrl, controlUrl } = server;
  const asAdmin = async (sql: string): Promise<void> => {
    const client = await openClient(adminUrl);
    await client.query(sql);
    await client.end();
  };
  let pgCtl: PgCtl | undefined;
  return {
    dataDir,
    controlUrl,
    adminUrl,
    version: await versionOf(controlUrl),
    connect: () => openClient(controlUrl),
    unmeasured: async (work) => {
      await asAdmin(`ALTER ROLE numoon_control SET synchronous_commit = off`);
      const result = await work();
      await asAdmin(`ALTER ROLE numoon_control RESET synchronous_commit; CHECKPOINT`);
      return result;
    },
    leaveToPgCtl: async () => {
      pgCtl = await findPgCtl(dataDir);
      await server.stop();
      await pgCtl.restart();
      return pgCtl;
    },
    stop: async () => {
      await server.stop();
      await pgCtl?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function versionOf(url: string): Promise<string> {
  const client = await openClient(url);
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  return rows[0]?.server_version ?? '';
}
