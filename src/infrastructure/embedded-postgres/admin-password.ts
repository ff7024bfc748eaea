import { PostgresStartFailedError } from './embedded-postgres.errors.js';
import { program } from './platform-binaries.js';
import { runProgram } from './run-program.js';
import type { ServerPlan } from './server-process.js';
import { scramVerifier } from '../postgres/scram.js';

/**
 * Gives the superuser a new password when the file with the old one is lost. Runs PostgreSQL
 * without a network, so no server may run on the cluster.
 *
 * @throws PostgresStartFailedError
 */
export async function resetAdminPassword(
  plan: Pick<ServerPlan, 'native' | 'cluster' | 'account'>,
  password: string,
): Promise<void> {
  const { ok, output } = await runProgram(
    program(plan.native, 'postgres'),
    ['--single', '-D', plan.cluster, '-c', 'log_min_messages=fatal', 'postgres'],
    {
      account: plan.account,
      cwd: plan.cluster,
      input: `ALTER ROLE postgres PASSWORD '${scramVerifier(password)}'\n`,
    },
  );
  if (!ok) {
    const hint = 'The file postgres.url was lost, so a new password was being set.';
    throw new PostgresStartFailedError('set its administrator password', hint, output);
  }
}
