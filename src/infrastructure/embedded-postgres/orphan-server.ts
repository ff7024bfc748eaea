import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine, isAlive, workingFolder } from './process-identity.js';
import type { ServerPlan } from './server-process.js';
import { stopServer } from './stop-server.js';

/**
 * Makes way after a crash. A server that outlived a killed NuMoon is stopped cleanly. A pid file
 * whose process id went to some other program is removed, because PostgreSQL would refuse to start;
 * any other stale pid file is left to PostgreSQL, which knows it for what it is.
 *
 * Only to be called under the lock of the data folder: a server found here belongs to nobody alive.
 *
 * @throws PostgresStopFailedError
 */
export async function settleOrphan(
  plan: Pick<ServerPlan, 'native' | 'cluster' | 'account' | 'onProgress'>,
): Promise<void> {
  const pidFile = join(plan.cluster, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid) || !isAlive(pid)) return;
  const command = await commandLine(pid);
  if (command === null) return;
  const named = `${command} `.includes(` -D ${plan.cluster} `);
  if (named || (await workingFolder(pid)) === plan.cluster) {
    plan.onProgress('Stopping the PostgreSQL server that an earlier run left behind');
    await stopServer(plan, pid);
    return;
  }
  // Dangerous if wrong: two servers on one folder destroy it. What that process is was looked up,
  // and PostgreSQL itself still looks for living users of its shared memory.
  await rm(pidFile, { force: true });
}
