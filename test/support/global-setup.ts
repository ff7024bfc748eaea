import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Start =
  typeof import('../../src/infrastructure/embedded-postgres/start-embedded-postgres.js').startEmbeddedPostgres;

const PREFIX = 'numoon-test-run-';

/**
 * One PostgreSQL server for the whole run, in a folder of its own; test files keep apart by random
 * database names. Workers find it in NUMOON_TEST_ADMIN_URL and NUMOON_TEST_CONTROL_URL.
 *
 * Jest loads this file as CommonJS and without its module mapping, so the product is imported
 * through module hooks.
 */
export default async function globalSetup(): Promise<void> {
  await import(new URL('./register-typescript.mjs', import.meta.url).href);
  const { startEmbeddedPostgres } =
    await import('../../src/infrastructure/embedded-postgres/start-embedded-postgres.js');
  await removeInterruptedRuns(startEmbeddedPostgres);
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir,
    // Nothing here outlives the run, so nothing need survive a power cut.
    settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '600' },
  });
  process.env['NUMOON_TEST_ADMIN_URL'] = server.adminUrl;
  process.env['NUMOON_TEST_CONTROL_URL'] = server.controlUrl;
  Object.assign(globalThis, { numoonTestServer: { dataDir, stop: () => server.stop() } });
}

/** A run ended by Ctrl-C leaves its server; starting on its folder stops that one. Live runs are in use. */
async function removeInterruptedRuns(start: Start): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const dataDir = join(tmpdir(), name);
    if (!name.startsWith(PREFIX) || !(await readdir(dataDir)).includes('numoon.lock')) continue;
    try {
      await (await start({ dataDir })).stop();
      await rm(dataDir, { recursive: true, force: true });
    } catch (error) {
      process.stderr.write(`Left ${dataDir} alone: ${(error as Error).message}\n`);
    }
  }
}
