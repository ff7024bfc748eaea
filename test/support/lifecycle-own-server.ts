import { rm } from 'node:fs/promises';
import { LARGE_OBJECT_MAKERS } from '../../src/infrastructure/postgres/large-objects.js';
import {
  openControlPlane,
  type ControlPlane,
  type ControlPlaneOptions,
} from './lifecycle-control-plane.js';
import { createPremises } from './lifecycle-premises.js';
import { startSystemPostgres, systemBinaries } from './system-postgres.js';
import { databaseUrl } from './test-postgres.js';
import { createTempFolder, cleanUp, runSql, startTempServer } from './temp-servers.js';

/** A control plane on a server of its own that is set as PostgreSQL comes, and as carelessly as that. */
export interface OwnServer {
  plane: ControlPlane;
  adminUrl: string;
  close(): Promise<void>;
}

export const SYSTEM_BINARIES = systemBinaries();

/** Everybody may connect everywhere and use large objects; prepared transactions are switched on. */
const CARELESS = { max_prepared_transactions: '20' };

/** On the server that NuMoon brings with it, opened again where NuMoon closes it. */
export async function openOnCarelessServer(options: ControlPlaneOptions = {}): Promise<OwnServer> {
  const server = await startTempServer({
    dataDir: await createTempFolder(),
    settings: { fsync: 'off', synchronous_commit: 'off', ...CARELESS },
  });
  const makers = `GRANT EXECUTE ON FUNCTION ${LARGE_OBJECT_MAKERS.join(', ')} TO PUBLIC`;
  await runSql(
    server.adminUrl,
    `GRANT CONNECT, TEMPORARY ON DATABASE postgres, template1 TO PUBLIC; ${makers}`,
  );
  await runSql(databaseUrl(server.adminUrl, 'template1'), makers);
  await runSql(server.adminUrl, 'ALTER DATABASE template0 ALLOW_CONNECTIONS true');
  await runSql(databaseUrl(server.adminUrl, 'template0'), makers);
  await runSql(server.adminUrl, 'ALTER DATABASE template0 ALLOW_CONNECTIONS false');
  return open(server.adminUrl, server.controlUrl, options, cleanUp);
}

/** On the PostgreSQL that the machine has installed. Only where `SYSTEM_BINARIES` is not null. */
export async function openOnSystemServer(options: ControlPlaneOptions = {}): Promise<OwnServer> {
  const server = await startSystemPostgres(SYSTEM_BINARIES ?? '', CARELESS);
  await runSql(server.adminUrl, `CREATE ROLE own LOGIN CREATEDB CREATEROLE PASSWORD 'own-secret'`);
  const url = new URL(server.adminUrl);
  url.username = 'own';
  url.password = 'own-secret';
  return open(server.adminUrl, url.href, options, () => server.stop());
}

async function open(
  adminUrl: string,
  controlUrl: string,
  options: ControlPlaneOptions,
  stop: () => Promise<void>,
): Promise<OwnServer> {
  const premises = { ...(await createPremises()), controlUrl };
  const plane = await openControlPlane(premises, options);
  return {
    plane,
    adminUrl,
    close: async () => {
      await plane.close();
      await rm(premises.dataDir, { recursive: true, force: true });
      await stop();
    },
  };
}
