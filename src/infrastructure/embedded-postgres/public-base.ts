import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirNotWritableError } from './embedded-postgres.errors.js';
import { canReach } from './reachable.js';
import type { ServerAccount } from './server-account.js';

/**
 * A folder of root's that the server's user can reach, for what cannot stay below a folder that it
 * cannot (such as /root).
 *
 * @throws DataDirNotWritableError when there is no such place
 */
export async function publicBase(account: ServerAccount): Promise<string> {
  let cause: unknown = new Error('no folder that the database user can reach');
  for (const base of ['/var/lib/numoon', join(tmpdir(), 'numoon')]) {
    try {
      const made = await mkdir(base, { recursive: true });
      // Not left to the umask, which may shut out everybody else.
      if (made !== undefined) await chmod(base, 0o755);
      if ((await isOurs(base)) && (await canReach(base, account))) return base;
    } catch (error) {
      cause = error;
    }
  }
  throw new DataDirNotWritableError('/var/lib/numoon', cause);
}

/** In a temporary folder anybody may have made one first, and we are about to run programs from it. */
async function isOurs(path: string): Promise<boolean> {
  const entry = await lstat(path);
  return entry.isDirectory() && entry.uid === process.getuid?.() && (entry.mode & 0o022) === 0;
}
