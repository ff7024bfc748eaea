import { chmod, cp, lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { program, type PlatformBinaries } from './platform-binaries.js';
import { publicBase } from './public-base.js';
import { canReach } from './reachable.js';
import type { ServerAccount } from './server-account.js';
import { randomWord } from '../../kernel/ids.js';

/**
 * A `native` folder that the server's user can run programs from: the installed one, or a copy
 * (60 MB, made once a version) when the project lies where that user cannot go.
 */
export async function reachableRuntime(
  binaries: PlatformBinaries,
  account: ServerAccount | null,
  onProgress: (message: string) => void,
): Promise<string> {
  if (account === null) return binaries.native;
  if (await canReach(program(binaries.native, 'postgres'), account)) return binaries.native;
  const base = await publicBase(account);
  const copy = join(base, `runtime-${process.platform}-${process.arch}-${binaries.version}`);
  if (await exists(copy)) return copy;
  onProgress(`Copying PostgreSQL to ${copy}, because its user cannot reach ${binaries.native}`);
  await copyWhole(binaries.native, copy);
  return copy;
}

/** The copy appears under its name only when it is complete; of two that race, the first one stays. */
async function copyWhole(from: string, to: string): Promise<void> {
  const partial = `${to}.${randomWord(8)}`;
  try {
    await cp(from, partial, { recursive: true, verbatimSymlinks: true });
    await openForAll(partial);
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!(await exists(to))) throw error;
  }
}

/** An install under a strict umask gives files that only root may read. */
async function openForAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openForAll(path);
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
