import { afterEach, expect, test } from '@jest/globals';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { cleanUp, createTempFolder, runSql, startTempServer } from '../support/temp-servers.js';

afterEach(cleanUp);

test('files with passwords and the log are for their owner only, also after they were opened', async () => {
  const dataDir = await createTempFolder();
  const files = ['postgres.url', 'postgres-control.url', 'postgres.log'];
  const first = await startTempServer({ dataDir });
  expect(await modes(dataDir, files)).toEqual([0o600, 0o600, 0o600]);
  await first.stop();
  await chmod(join(dataDir, 'postgres.url'), 0o644);
  await startTempServer({ dataDir });
  expect(await modes(dataDir, files)).toEqual([0o600, 0o600, 0o600]);
});

test('neither values nor passwords reach the log, whatever fails', async () => {
  const dataDir = await createTempFolder();
  const server = await startTempServer({ dataDir });
  await runSql(server.adminUrl, 'CREATE TABLE people (email text PRIMARY KEY, age int)');
  const client = new Client(server.adminUrl);
  await client.connect();
  const insert = 'INSERT INTO people (email) VALUES ($1)';
  await client.query(insert, ['needle-value']);
  await expect(client.query(insert, ['needle-value'])).rejects.toThrow('duplicate key');
  await expect(client.query("SELECT 'needle-cast'::int")).rejects.toThrow('invalid input syntax');
  await expect(client.query("CREATE ROLE x PASSWORD 'needle-role' NONSENSE")).rejects.toThrow();
  await client.end();
  await server.stop();
  const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
  expect(log).toContain('ready to accept connections');
  expect(log).not.toContain('needle');
  expect(log).not.toContain(new URL(server.adminUrl).password);
});

async function modes(folder: string, files: string[]): Promise<number[]> {
  const stats = await Promise.all(files.map((file) => stat(join(folder, file))));
  return stats.map(({ mode }) => mode & 0o777);
}
