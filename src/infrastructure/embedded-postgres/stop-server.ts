import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresStopFailedError } from './embedded-postgres.errors.js';
import { program } from './platform-binaries.js';
import { isAlive, startMark } from './process-identity.js';
import { runProgram } from './run-program.js';
import type { ServerPlan } from './server-process.js';

/**
 * A fast shutdown: sessions are ended, everything is written, the next start needs no recovery.
 * Also stops a server that this process did not start. Succeeds when it has ended already.
 *
 * @throws PostgresStopFailedError when it takes longer than a minute
 */
export async function stopServer(
  plan: Pick<ServerPlan, 'native' | 'cluster' | 'account'>,
  pid: number,
): Promise<void> {
  const { ok, output } = await runProgram(
    program(plan.native, 'pg_ctl'),
    ['stop', '-D', plan.cluster, '-m', 'fast', '-w', '-t', '60'],
    { account: plan.account, cwd: plan.cluster },
  );
  if (!ok && isAlive(pid)) throw new PostgresStopFailedError(pid, output);
  // pg_ctl returns as the server removes its pid file, a moment before its memory is free.
  for (let waits = 0; waits < 500 && (await startMark(pid)) !== null; waits += 1) await sleep(10);
}
