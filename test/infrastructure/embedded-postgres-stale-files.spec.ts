import { afterEach, expect, test } from '@jest/globals';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDataDir } from '../../src/infrastructure/embedded-postgres/data-dir-lock.js';
import { cleanUp, createTempFolder, runSql, startTempServer } from '../support/temp-servers.js';

afterEach(cleanUp);

test.each([
  ['nobody has any more', 2 ** 22 + 1],
  // Ours is alive and is no PostgreSQL: what a reused process id looks like.
  ['another program has now', process.pid],
])('a pid file with a process id that %s does not stop a start', async (_case, pid) => {
  const dataDir = await createTempFolder();
  const first = await startTempServer({ dataDir });
  const cluster = join(dataDir, 'postgres');
  await first.stop();
  await writeFile(join(cluster, 'postmaster.pid'), `${pid}\n${cluster}\n1\n1\n\n\n1 1\nready\n`);
  const second = await startTempServer({ dataDir });
  expect(await runSql(second.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test.each([
  ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, started: '1' })],
  ['an earlier process with our id', JSON.stringify({ pid: process.pid, started: '1' })],
  ['nobody (a torn write)', '{"pid":'],
])('a lock file of %s is taken over', async (_case, content) => {
  const dataDir = await createTempFolder();
  await writeFile(join(dataDir, 'numoon.lock'), content);
  const lock = await lockDataDir(dataDir);
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({ code: 'data_dir_in_use' });
  await lock.release();
  expect(await readdir(dataDir)).toEqual([]);
});

test('what an interrupted initdb left is cleared and the database made', async () => {
  const dataDir = await createTempFolder();
  const leftover = join(dataDir, 'postgres.initdb-abcdefgh', 'cluster');
  await mkdir(leftover, { recursive: true });
  await writeFile(join(leftover, 'PG_VERSION'), '18\n');
  const server = await startTempServer({ dataDir });
  expect(await runSql(server.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect((await readdir(dataDir)).filter((name) => name.includes('initdb'))).toEqual([]);
});

test('of many who ask for a stale lock at once exactly one gets it', async () => {
  const dataDir = await createTempFolder();
  await writeFile(join(dataDir, 'numoon.lock'), JSON.stringify({ pid: 2 ** 22 + 1, started: '1' }));
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(dataDir)));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
