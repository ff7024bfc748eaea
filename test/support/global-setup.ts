import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Start =
  typeof import('../../src/infrastructure/embedded-postgres/start-embedded-postgres.js').startEmbeddedPostgres;

const PREFIX = 'numoon-test-run-';

/**
 * One PostgreSQL server for the whole run, in a folder of its own; test files keep apart by random
 * database names. Workers find it in NUMOON_TEST_ADMIN_URL and NUMOON_TEST_CONTROL_URL.
 *
 * The run's temporary folders lie in that folder too, so that the teardown can search what was left.
 *
 * Jest loads this file as CommonJS and without its module mapping, so the product is imported
 * through module hooks.
 */
export default async function globalSetup(): Promise<void> {
  await import(new URL('./register-typescript.mjs', import.meta.url).href);
  await sayWhatDayItIs();
  const { startEmbeddedPostgres } =
    await import('../../src/infrastructure/embedded-postgres/start-embedded-postgres.js');
  await removeInterruptedRuns(startEmbeddedPostgres);
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir,
    // Nothing here outlives the run, so nothing need survive a power cut.
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      max_connections: '600',
      // Ours show 100 bytes; here a value far back in a statement is to be found.
      track_activity_query_size: '16384',
    },
  });
  process.env['NUMOON_TEST_ADMIN_URL'] = server.adminUrl;
  process.env['NUMOON_TEST_CONTROL_URL'] = server.controlUrl;
  const { RUN_FILE } = await import('./canaries/registry.js');
  const { RUN_PID } = await import('./canaries/processes.js');
  const { RUN_TEMP } = await import('./canaries/search-run.js');
  const runFile = (process.env[RUN_FILE] = join(dataDir, 'canaries'));
  process.env[RUN_PID] = String(process.pid);
  const outerTemp = process.env['TMPDIR'];
  const temp = (process.env['TMPDIR'] = join(dataDir, RUN_TEMP));
  await mkdir(temp);
  await chmod(temp, 0o1777);
  const numoonTestServer = { dataDir, runFile, outerTemp, stop: () => server.stop() };
  Object.assign(globalThis, { numoonTestServer });
}

/** Said aloud, so that what only fails on this day can be tried again. @throws where the day set is none */
async function sayWhatDayItIs(): Promise<void> {
  const { startOfClock, TODAY } = await import('./clock/test-today.js');
  const { DRAWN, drawDay } = await import('./clock/any-days.js');
  const day = new Date(startOfClock()).toISOString().slice(0, 10);
  const drawn = (process.env[DRAWN] = drawDay());
  process.stdout.write(
    process.env[TODAY] === undefined || process.env[TODAY] === ''
      ? `It is ${day} in suites that know days, and ${drawn} was drawn (again with ${TODAY}=${drawn}).\n`
      : `It is ${process.env[TODAY]} in suites that know days, as ${TODAY} says.\n`,
  );
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
