import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * When the process started, in an opaque form that only compares: process ids are used again, and in
 * a container the next run often gets the very same one. Null for a process that is gone, a zombie,
 * or where the system does not tell.
 */
export async function startMark(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return ps(pid, 'lstart=');
  // The name in brackets may hold spaces and brackets; the fields after it are fixed.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : (rest[18] ?? null);
}

/** The words a process was started with, joined by spaces: '' for a zombie, null when unknown. */
export async function commandLine(pid: number): Promise<string | null> {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return words === null ? ps(pid, 'args=') : words.replaceAll('\0', ' ').trim();
}

/** The folder a process works in; null when unknown, as for the processes of other users. */
export async function workingFolder(pid: number): Promise<string | null> {
  return readlink(`/proc/${pid}/cwd`).catch(() => null);
}

/** Whether any process has this id, also one of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function ps(pid: number, column: string): Promise<string | null> {
  if (process.platform === 'win32') return null;
  return run('ps', ['-p', String(pid), '-o', column]).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
}
