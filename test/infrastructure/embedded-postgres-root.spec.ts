import { afterEach, expect, test } from '@jest/globals';
import { cp, lstat, mkdir, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/start-embedded-postgres.js';
import { findPlatformBinaries } from '../../src/infrastructure/embedded-postgres/platform-binaries.js';
import { reachableRuntime } from '../../src/infrastructure/embedded-postgres/runtime-copy.js';
import { cleanUp, createTempFolder, runSql, startTempServer } from '../support/temp-servers.js';

afterEach(cleanUp);

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot('as root the server runs as another user, in a folder of that user', async () => {
  const dataDir = await createTempFolder();
  const server = await startTempServer({ dataDir });
  const cluster = await stat(join(dataDir, 'postgres'));
  expect(cluster.uid).not.toBe(0);
  expect(cluster.mode & 0o777).toBe(0o700);
  expect((await stat(`/proc/${server.pid}`)).uid).toBe(cluster.uid);
});

asRoot(
  'as root below a private folder the database lies elsewhere, and is found again',
  async () => {
    const dataDir = join(await createTempFolder(0o700), 'data');
    const messages: string[] = [];
    const first = await startTempServer({ dataDir, onProgress: (line) => messages.push(line) });
    await runSql(first.adminUrl, "CREATE TABLE kept AS SELECT 'still here' AS word");
    await first.stop();
    const home = dirname(await readlink(join(dataDir, 'postgres')));
    try {
      expect(messages.join('\n')).toContain(home);
      expect((await readFile(join(home, 'owned-by'), 'utf8')).trim()).toBe(dataDir);
      const second = await startTempServer({ dataDir });
      expect(await runSql(second.adminUrl, 'SELECT word FROM kept')).toEqual([
        { word: 'still here' },
      ]);
      await second.stop();
      await copiedFolderIsRefused(dataDir);
      await movedFolderKeepsIts(dataDir);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
);

asRoot('as root programs in a private folder are copied once, for everybody to read', async () => {
  const folder = await createTempFolder(0o700);
  const installed = await findPlatformBinaries();
  // A version of its own, so that the copy of a real installation stays out of it.
  const binaries = { ...installed, native: join(folder, 'native'), version: 'test-copy' };
  await mkdir(folder, { recursive: true });
  await cp(installed.native, binaries.native, { recursive: true, verbatimSymlinks: true });
  const account = { uid: 65534, gid: 65534 };
  const messages: string[] = [];
  const tell = (message: string) => messages.push(message);
  const copy = await reachableRuntime(binaries, account, tell);
  try {
    expect(await reachableRuntime(binaries, account, tell)).toBe(copy);
    expect(messages).toHaveLength(1);
    expect((await stat(join(copy, 'bin', 'postgres'))).mode & 0o777).toBe(0o755);
    expect((await lstat(join(copy, 'lib', 'libpq.so.5'))).isSymbolicLink()).toBe(true);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

async function copiedFolderIsRefused(dataDir: string) {
  const copy = `${dataDir}-copy`;
  await cp(dataDir, copy, { recursive: true, verbatimSymlinks: true });
  await expect(startEmbeddedPostgres({ dataDir: copy })).rejects.toMatchObject({
    code: 'data_dir_in_use',
  });
}

async function movedFolderKeepsIts(dataDir: string) {
  const moved = `${dataDir}-moved`;
  await rename(dataDir, moved);
  const server = await startTempServer({ dataDir: moved });
  expect(await runSql(server.adminUrl, 'SELECT word FROM kept')).toEqual([{ word: 'still here' }]);
  await server.stop();
}
