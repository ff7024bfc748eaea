import {
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterPlace } from './cluster-home.js';
import {
  DataDirHalfInitialisedError,
  PostgresStartFailedError,
  PostgresVersionMismatchError,
} from './embedded-postgres.errors.js';
import { program } from './platform-binaries.js';
import { runProgram } from './run-program.js';
import type { ServerAccount } from './server-account.js';
import { syncFolder } from './write-private-file.js';
import { randomWord } from '../../kernel/ids.js';

const WORK_PREFIX = 'postgres.initdb-';

export type ClusterState = 'whole' | 'absent';

/**
 * What lies where the cluster belongs. An empty folder counts as absent.
 *
 * @throws DataDirHalfInitialisedError, PostgresVersionMismatchError
 */
export async function inspectCluster(cluster: string, major: string): Promise<ClusterState> {
  const entries = await readdir(cluster).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error.code === 'ENOTDIR' ? new DataDirHalfInitialisedError(cluster) : error;
  });
  if (entries === null || entries.length === 0) return 'absent';
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => null);
  const control = await lstat(join(cluster, 'global', 'pg_control')).catch(() => null);
  if (version === null || control === null) throw new DataDirHalfInitialisedError(cluster);
  if (version.trim() !== major) {
    throw new PostgresVersionMismatchError(cluster, version.trim(), major);
  }
  return 'whole';
}

/**
 * Makes a cluster in a folder beside its place and moves it there whole, so that what has the
 * final name is never half made.
 *
 * @throws PostgresStartFailedError
 */
export async function initCluster(options: {
  place: ClusterPlace;
  native: string;
  account: ServerAccount | null;
  password: string;
  /** Off only where a power cut may cost everything, as in tests. */
  sync: boolean;
}): Promise<void> {
  const { place, native, account, password } = options;
  await removeLeftovers(place.home);
  const work = join(place.home, WORK_PREFIX + randomWord(8));
  const fresh = join(work, 'cluster');
  const passwordFile = join(work, 'password');
  try {
    await mkdir(work, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account !== null) {
      await chown(passwordFile, account.uid, account.gid);
      await chown(work, account.uid, account.gid);
    }
    const result = await runProgram(
      program(native, 'initdb'),
      [
        ...INITDB,
        `--pgdata=${fresh}`,
        `--pwfile=${passwordFile}`,
        ...(options.sync ? [] : ['--no-sync']),
      ],
      { account, cwd: work },
    );
    if (!result.ok) {
      const hint = 'Is the disk full, or are libraries of the installed package missing?';
      throw new PostgresStartFailedError(`make a database in ${place.home}`, hint, result.output);
    }
    await rmdir(place.cluster).catch(() => undefined);
    await rename(fresh, place.cluster);
    if (options.sync) await syncFolder(place.home);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const INITDB = [
  '--username=postgres',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  // Sorts alike on every machine, whatever locales it has installed.
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--no-instructions',
];

/** No server ever ran on such a folder, so nothing but what initdb writes can be in it. */
async function removeLeftovers(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(WORK_PREFIX)) continue;
    await rm(join(home, name), { recursive: true, force: true });
  }
}
