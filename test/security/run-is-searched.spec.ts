import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { LeakError } from '../support/canaries/leaks.js';
import { noteSecret, plant, readRunFile, RUN_FILE } from '../support/canaries/registry.js';
import { RUN_TEMP, searchRun } from '../support/canaries/search-run.js';
import { cleanUp, createTempFolder } from '../support/temp-servers.js';

afterAll(cleanUp);

const runFile = process.env[RUN_FILE] as string;

/** A folder as that of the run's server, with what is given in its files. */
async function folderOfRun(files: Record<string, string | Buffer>): Promise<string> {
  const folder = await createTempFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

describe('the teardown of a run', () => {
  test('knows what any test planted, and keeps keys as the bytes they are', () => {
    const key = Buffer.from([...Array(32).keys()].map((byte) => 255 - byte));
    noteSecret('test key', key);
    const canary = plant('name');
    expect(readRunFile(runFile)).toEqual(
      expect.arrayContaining([
        { kind: 'name', value: canary },
        { kind: 'test key', value: key },
      ]),
    );
  });

  test.each([
    ["in the server's log", 'postgres.log'],
    ["in the server's older log", 'postgres.log.1'],
    ['in a folder that a test left', `${RUN_TEMP}/left/behind`],
  ])('finds it %s', async (_, file) => {
    const canary = plant('name');
    const folder = await folderOfRun({ [file]: Buffer.from(`... ${canary}`, 'utf16le') });
    const error: unknown = await searchRun(folder, runFile).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LeakError);
    expect((error as LeakError).leaks).toMatchObject([{ kind: 'name', secret: canary }]);
  });

  test('is content with a run that left nothing, or planted nothing', async () => {
    plant('name');
    const clean = await folderOfRun({ 'postgres.log': 'ready', [`${RUN_TEMP}/a`]: 'nothing' });
    await searchRun(clean, runFile);
    await searchRun(clean, join(clean, 'no such file'));
  });

  test('looks into the folder that temporary folders are made in', () => {
    expect(tmpdir()).toBe(join(dirname(runFile), RUN_TEMP));
  });
});
