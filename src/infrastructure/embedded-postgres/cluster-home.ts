import { chmod, lstat, mkdir, readFile, readlink, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ClusterMissingError, DataDirInUseError } from './embedded-postgres.errors.js';
import { publicBase } from './public-base.js';
import { canReach } from './reachable.js';
import type { ServerAccount } from './server-account.js';
import { writePrivateFile } from './write-private-file.js';
import { randomWord } from '../../kernel/ids.js';

/** Where PostgreSQL keeps its files. `home` exists; `cluster` may not yet. */
export interface ClusterPlace {
  home: string;
  cluster: string;
}

/**
 * `<data dir>/postgres`, or, when the server's user cannot reach that, `/var/lib/numoon/<random>/postgres`
 * with a link to it and a note beside it of the data folder it belongs to.
 *
 * The note is written before the link and the link before any data, so that a link without a home
 * always means lost data and never a crash half way.
 *
 * @throws ClusterMissingError, DataDirInUseError, DataDirNotWritableError
 */
export async function placeCluster(
  dataDir: string,
  account: ServerAccount | null,
  onProgress: (message: string) => void,
): Promise<ClusterPlace> {
  const path = join(dataDir, 'postgres');
  const entry = await lstat(path).catch(() => null);
  if (entry?.isSymbolicLink()) return follow(dataDir, path);
  if (entry !== null || account === null || (await canReach(dataDir, account))) {
    return { home: dataDir, cluster: path };
  }
  const home = join(await publicBase(account), randomWord(16));
  const cluster = join(home, 'postgres');
  onProgress(`Keeping the database in ${home}, because its user cannot reach ${dataDir}`);
  await mkdir(home);
  await chmod(home, 0o711);
  await writePrivateFile(ownerNote(home), `${dataDir}\n`);
  await symlink(cluster, path);
  return { home, cluster };
}

async function follow(dataDir: string, link: string): Promise<ClusterPlace> {
  const cluster = resolve(dirname(link), await readlink(link));
  const home = dirname(cluster);
  if ((await stat(home).catch(() => null)) === null) throw new ClusterMissingError(link, cluster);
  const owner = (await readFile(ownerNote(home), 'utf8').catch(() => '')).trim();
  if (owner !== '' && owner !== dataDir) await takeOver(home, cluster, owner, dataDir);
  return { home, cluster };
}

/** A data folder that was moved keeps its database; a copy of one must not share it. */
async function takeOver(home: string, cluster: string, owner: string, dataDir: string) {
  const theirs = await readlink(join(owner, basename(cluster))).catch(() => null);
  if (theirs === cluster) throw new DataDirInUseError(cluster, `the data folder ${owner}`);
  await writePrivateFile(ownerNote(home), `${dataDir}\n`);
}

function ownerNote(home: string): string {
  return join(home, 'owned-by');
}
