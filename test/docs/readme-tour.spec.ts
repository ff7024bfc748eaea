import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cleanUp, createTempFolder, runSql } from '../support/temp-servers.js';
import { freshEnvironment, ROOT, startProgram, type RunningProgram } from './running-program.js';

const TOUR_WITHIN_MS = 180_000;

/** The README's own commands against the real program; only the port is another. */
describe('the quick tour of the README', () => {
  let program: RunningProgram;
  let dataDir = '';
  let adminUrl = '';
  let database = '';
  let output = '';

  beforeAll(async () => {
    dataDir = join(await createTempFolder(), 'data');
    const env = freshEnvironment({ PORT: '0', NUMOON_DATA_DIR: dataDir });
    program = await startProgram(env);
    adminUrl = (await readFile(join(dataDir, 'postgres.url'), 'utf8')).trim();
    await program.printed(/tools connected and synced/, TOUR_WITHIN_MS);
    const blocks = await tourBlocks();
    expect(blocks.length).toBeGreaterThan(2);
    const tour = blocks
      .join('\n')
      .replaceAll('localhost:3000', `localhost:${program.port}`)
      .replaceAll('.numoon/', `${dataDir}/`);
    // A command that fails ends the tour, and with it the test.
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', tour], {
      cwd: ROOT,
      env,
      timeout: TOUR_WITHIN_MS,
    });
    output = stdout;
    database = /^database +(nm_[a-z0-9]{16})$/m.exec(output)?.[1] ?? '';
  }, 2 * TOUR_WITHIN_MS);

  afterAll(async () => {
    await program?.interrupt();
    await cleanUp();
  }, 90_000);

  test('the demo tenant has four tools, connected and synced', () => {
    const [answer] = linesWith('"provider":"stripe","status":"active"');
    const items = answer?.['items'] as { provider: string; status: string; lastSyncedAt: string }[];
    expect(items.map(({ provider }) => provider).sort()).toEqual([
      'google-analytics',
      'hubspot',
      'shopify',
      'stripe',
    ]);
    expect(items.filter((it) => it.status !== 'active' || it.lastSyncedAt === null)).toEqual([]);
  });

  test('its metrics are there, month by month and against the year before', () => {
    const [answer] = linesWith('"metric":"payments.gross_volume"');
    const series = answer?.['series'] as {
      metric: string;
      currency?: string;
      points: [string, number | null][];
      comparison: { points: [string, number | null][] };
    }[];
    const euros = series.find(
      ({ metric, currency }) => metric === 'payments.gross_volume' && currency === 'EUR',
    );
    expect(euros?.points).toHaveLength(12);
    expect(euros?.points.filter(([, value]) => value === null)).toEqual([]);
    expect(euros?.comparison.points).toHaveLength(12);
    expect(series.map(({ metric }) => metric)).toContain('payments.success_rate');
  });

  test('the API key of the signup works, as the owner', () => {
    const [me] = linesWith('"apiKey":{"id"');
    expect(me).toMatchObject({
      tenant: { name: 'Bluebird Coffee', status: 'active', isolation: 'database' },
      apiKey: { role: 'owner' },
    });
  });

  test('the account is purged, with a search that found nothing', () => {
    const [closure] = linesWith('"status":"purged"');
    const evidence = closure?.['evidence'] as { where: string; found: number }[];
    expect(evidence.map(({ where }) => where)).toContain('server.databases');
    expect(evidence.filter(({ found }) => found !== 0)).toEqual([]);
  });

  test('afterwards the key opens nothing, and the commands agree', () => {
    expect(output).toMatch(/^401$/m);
    expect(output).toMatch(/tnt_[a-z0-9]{20} .*purged/);
    expect(output).toContain('Healthy.');
  });

  test('its database is gone from the server', async () => {
    expect(database).not.toBe('');
    const rows = await runSql(adminUrl, 'SELECT datname FROM pg_database');
    const names = rows.map(({ datname }) => datname);
    expect(names).toContain('numoon_catalog');
    expect(names).not.toContain(database);
  });

  test(
    'killed, it is started again by itself and finds its data',
    async () => {
      const lock = JSON.parse(await readFile(join(dataDir, 'numoon.lock'), 'utf8')) as {
        pid: number;
      };
      process.kill(lock.pid, 'SIGKILL');
      await program.printed(/signal SIGKILL[\s\S]*NuMoon is ready/, TOUR_WITHIN_MS);
      const databases = await runSql(adminUrl, "SELECT FROM pg_database WHERE datname ~ '^nm_'");
      expect(databases.length).toBeGreaterThan(0);
    },
    TOUR_WITHIN_MS,
  );

  test('Ctrl-C ends the program with code 0', async () => {
    expect(await program.interrupt()).toBe(0);
  }, 90_000);

  /** JSON answers in what the tour printed. */
  function linesWith(text: string): Record<string, unknown>[] {
    return output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes(text))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
});

/** Code blocks that open with "```sh tour". */
async function tourBlocks(): Promise<string[]> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```sh tour\n([\s\S]*?)^```$/gm)].map(([, block]) => String(block));
}
