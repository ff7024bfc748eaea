import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirInUseError } from './embedded-postgres.errors.js';
import { isAlive, startMark } from './process-identity.js';
import { randomWord } from '../../kernel/ids.js';

export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * One live NuMoon a data folder. The lock is a file that names its holder; a holder that is gone
 * (kill -9, power cut) loses it to the next one who asks.
 *
 * It protects within one machine: two containers that share a folder do not see each other.
 *
 * @throws DataDirInUseError while the holder lives
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const path = join(dataDir, 'numoon.lock');
  const mine = JSON.stringify({
    pid: process.pid,
    started: await startMark(process.pid),
    id: randomWord(12),
  });
  let tookOver = false;
  while (!(await create(path, mine))) {
    const theirs = await readFile(path, 'utf8').catch(() => null);
    if (theirs === null) continue;
    const pid = await livingHolder(theirs);
    if (pid !== null) throw new DataDirInUseError(dataDir, `another NuMoon (process ${pid})`);
    await discard(path, theirs);
    tookOver = true;
  }
  // Another who saw the same stale lock may be a step behind and move ours aside for a moment; in
  // that moment a third could come in. Then the third one has it.
  if (tookOver) await sleep(50);
  if (tookOver && (await readFile(path, 'utf8').catch(() => mine)) !== mine) {
    throw new DataDirInUseError(dataDir, 'another NuMoon that started at the same time');
  }
  return { release: () => discard(path, mine) };
}

/** link() makes the file appear whole or not at all, and never over another one. */
async function create(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomWord(8)}`;
  await writeFile(temporary, content, { mode: 0o600, flag: 'wx' });
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function livingHolder(content: string): Promise<number | null> {
  let holder: { pid?: unknown; started?: unknown } = {};
  try {
    holder = JSON.parse(content) as typeof holder;
  } catch {
    // Not written by us, so nobody of ours holds it.
  }
  const { pid, started } = holder;
  if (typeof pid !== 'number' || !isAlive(pid)) return null;
  return (await startMark(pid)) === started ? pid : null;
}

/** Between reading and renaming another process may have taken over: then its lock goes back. */
async function discard(path: string, expected: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) !== expected) return;
  const aside = `${path}.${randomWord(8)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== expected) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
