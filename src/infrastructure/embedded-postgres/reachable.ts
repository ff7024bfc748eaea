import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ServerAccount } from './server-account.js';

/** Whether that user may walk to an existing path, the path itself included (its x bit). */
export async function canReach(path: string, account: ServerAccount): Promise<boolean> {
  let at = await realpath(path);
  for (;;) {
    if (!mayEnter(await stat(at), account)) return false;
    if (dirname(at) === at) return true;
    at = dirname(at);
  }
}

/** Access lists are not asked: at worst something is copied that need not have been. */
function mayEnter(entry: Stats, account: ServerAccount): boolean {
  if (entry.uid === account.uid) return (entry.mode & 0o100) !== 0;
  if (entry.gid === account.gid) return (entry.mode & 0o010) !== 0;
  return (entry.mode & 0o001) !== 0;
}
