import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startMark } from '../../src/infrastructure/embedded-postgres/process-identity.js';
import { holdServer, killHard } from '../support/hold-server.js';
import { cleanUp, createTempFolder, runSql, startTempServer } from '../support/temp-servers.js';

afterEach(cleanUp);

const WRITE = "CREATE TABLE kept AS SELECT 'still here' AS word";
const KEPT = [{ word: 'still here' }];

test('a second start finds the data, the port and the passwords again', async () => {
  const dataDir = await createTempFolder();
  const first = await startTempServer({ dataDir });
  await runSql(first.adminUrl, WRITE);
  await first.stop();
  const second = await startTempServer({ dataDir });
  expect(second).toMatchObject({ adminUrl: first.adminUrl, controlUrl: first.controlUrl });
  expect(await runSql(first.adminUrl, 'SELECT word FROM kept')).toEqual(KEPT);
  expect(await runSql(second.controlUrl, 'SELECT current_user AS who')).toEqual([
    { who: 'numoon_control' },
  ]);
});

test('stop leaves no server behind and may be called twice', async () => {
  const server = await startTempServer({ dataDir: await createTempFolder() });
  await Promise.all([server.stop(), server.stop()]);
  expect(await startMark(server.pid)).toBeNull();
});

test('a server that outlived its killed parent is stopped and its data kept', async () => {
  const dataDir = await createTempFolder();
  const held = await holdServer(dataDir);
  await runSql(held.adminUrl, WRITE);
  await killHard(held.parent);
  expect(await startMark(held.pid)).not.toBeNull();
  const messages: string[] = [];
  const next = await startTempServer({ dataDir, onProgress: (message) => messages.push(message) });
  expect(await startMark(held.pid)).toBeNull();
  expect(messages).toContain('Stopping the PostgreSQL server that an earlier run left behind');
  expect(await runSql(next.adminUrl, 'SELECT word FROM kept')).toEqual(KEPT);
});

test('Ctrl-C in a terminal reaches the program and not the server', async () => {
  const dataDir = await createTempFolder();
  const { parent, pid } = await holdServer(dataDir);
  const exited = once(parent, 'exit');
  process.kill(-(parent.pid ?? 0), 'SIGINT');
  expect(await exited).toEqual([null, 'SIGINT']);
  expect(await startMark(pid)).not.toBeNull();
  await startTempServer({ dataDir });
});

test('data is recovered after parent and server were killed together', async () => {
  const dataDir = await createTempFolder();
  const held = await holdServer(dataDir);
  await runSql(held.adminUrl, WRITE);
  process.kill(held.pid, 'SIGKILL');
  await killHard(held.parent);
  const next = await startTempServer({ dataDir });
  expect(await runSql(next.adminUrl, 'SELECT word FROM kept')).toEqual(KEPT);
});

test('a server that dies is started again on the same port with its data', async () => {
  const server = await startTempServer({ dataDir: await createTempFolder(), settings: {} });
  await runSql(server.adminUrl, WRITE);
  const before = server.pid;
  process.kill(before, 'SIGKILL');
  const rows = await eventually(() => runSql(server.adminUrl, 'SELECT word FROM kept'));
  expect(rows).toEqual(KEPT);
  expect(server.pid).not.toBe(before);
});

test('a lost postgres.url means a new administrator password, not lost data', async () => {
  const dataDir = await createTempFolder();
  const first = await startTempServer({ dataDir });
  await runSql(first.adminUrl, WRITE);
  await first.stop();
  await rm(join(dataDir, 'postgres.url'));
  const second = await startTempServer({ dataDir });
  expect(second.adminUrl).not.toBe(first.adminUrl);
  expect(second.port).toBe(first.port);
  expect(await runSql(second.adminUrl, 'SELECT word FROM kept')).toEqual(KEPT);
  const file = await readFile(join(dataDir, 'postgres.url'), 'utf8');
  expect(file.trim()).toBe(second.adminUrl);
});

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
