import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { cleanUp, runSql, startTempServer } from '../support/temp-servers.js';
import { dataDirEnvironment, runCli } from './support/cli.js';

describe('the database of a command', () => {
  afterEach(cleanUp);

  test('is the server that runs on the data folder, else one for the time of the command', async () => {
    const env = await dataDirEnvironment();
    const dataDir = env.NUMOON_DATA_DIR;
    const server = await startTempServer({ dataDir });

    const joined = await runCli(env, 'tenants', 'list');
    expect(joined).toEqual({ code: 0, stdout: 'No tenants.\n', stderr: '' });
    expect(await runSql(server.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();

    const alone = await runCli(env, 'doctor');
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    await expect(runSql(server.adminUrl, 'SELECT 1')).rejects.toThrow();
    await expect(access(join(dataDir, 'numoon.lock'))).rejects.toThrow('ENOENT');
  }, 90_000);

  test('that cannot be reached ends the command with 1 and a code, without its password', async () => {
    const env = await dataDirEnvironment();
    const url = 'postgres://somebody:hunter2@127.0.0.1:9/postgres';
    const { code, stdout, stderr } = await runCli({ ...env, DATABASE_URL: url }, 'tenants', 'list');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/\(database_unavailable\)\n$/);
    expect(stderr).not.toContain('hunter2');
  });
});
