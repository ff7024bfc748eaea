import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
  const dataDir = await mkdtemp(join(tmpdir(), 'numoon-test-'));
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
