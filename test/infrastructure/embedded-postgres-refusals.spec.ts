import { afterEach, expect, test } from '@jest/globals';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/start-embedded-postgres.js';
import { holdServer, killHard } from '../support/hold-server.js';
import { cleanUp, createTempFolder, startTempServer } from '../support/temp-servers.js';

afterEach(cleanUp);

const unlessRoot = process.getuid?.() === 0 ? test.skip : test;

test('a data folder below a file is refused by its path', async () => {
  const file = join(await createTempFolder(), 'file');
  await writeFile(file, '');
  const dataDir = join(file, 'data');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'data_dir_not_writable',
    message: expect.stringContaining(dataDir),
  });
});

unlessRoot('a read-only data folder is refused (not as root, whom no mode binds)', async () => {
  const dataDir = await createTempFolder();
  await chmod(dataDir, 0o555);
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'data_dir_not_writable',
  });
});

test('a half-made database is refused and left as it is', async () => {
  const dataDir = await createTempFolder();
  const precious = join(dataDir, 'postgres', 'precious');
  await mkdir(join(dataDir, 'postgres'));
  await writeFile(precious, 'data');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'data_dir_half_initialised',
  });
  expect(await readFile(precious, 'utf8')).toBe('data');
});

test('a database of another PostgreSQL version is refused', async () => {
  const dataDir = await createTempFolder();
  await mkdir(join(dataDir, 'postgres', 'global'), { recursive: true });
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '16\n');
  await writeFile(join(dataDir, 'postgres', 'global', 'pg_control'), '');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'postgres_version_mismatch',
    fields: { found: '16', expected: '18' },
  });
});

test('a link to a database that is gone is refused, never replaced by an empty one', async () => {
  const dataDir = await createTempFolder();
  await symlink(join(dataDir, 'gone', 'postgres'), join(dataDir, 'postgres'));
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'data_dir_cluster_missing',
  });
});

test('a data folder in use is refused to the same and to another process', async () => {
  const dataDir = await createTempFolder();
  const held = await holdServer(dataDir);
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'data_dir_in_use',
    message: expect.stringContaining(`process ${held.parent.pid}`),
  });
  await killHard(held.parent);
  await startTempServer({ dataDir });
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'data_dir_in_use',
  });
});

test('settings that the server does not know fail with its own words', async () => {
  const dataDir = await createTempFolder();
  const settings = { fsync: 'off', no_such_setting: '1' };
  await expect(startEmbeddedPostgres({ dataDir, settings })).rejects.toMatchObject({
    code: 'postgres_start_failed',
    message: expect.stringContaining('unrecognized configuration parameter "no_such_setting"'),
  });
});

test('a taken port is refused when asked for and replaced when remembered', async () => {
  const dataDir = await createTempFolder();
  const first = await startTempServer({ dataDir });
  await first.stop();
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(first.port, '127.0.0.1', resolve));
  try {
    await expect(startEmbeddedPostgres({ dataDir, port: first.port })).rejects.toMatchObject({
      code: 'postgres_port_taken',
    });
    const second = await startTempServer({ dataDir });
    expect(second.port).not.toBe(first.port);
    const file = await readFile(join(dataDir, 'postgres.url'), 'utf8');
    expect(file).toContain(`127.0.0.1:${second.port}/`);
  } finally {
    squatter.close();
  }
});
