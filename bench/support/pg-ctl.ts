import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findPlatformBinaries,
  program,
} from '../../src/infrastructure/embedded-postgres/platform-binaries.js';
import { runProgram } from '../../src/infrastructure/embedded-postgres/run-program.js';
import { reachableRuntime } from '../../src/infrastructure/embedded-postgres/runtime-copy.js';
import { serverAccount } from '../../src/infrastructure/embedded-postgres/server-account.js';

/** PostgreSQL's own command for a server that nobody watches over. */
export interface PgCtl {
  /** Fast, with the settings of last time; also starts one that is down. Resolves when it takes connections. */
  restart(): Promise<void>;
  /** Waits for a restart under way. The server may be down already. */
  stop(): Promise<void>;
}

const silent = (): void => undefined;

/** @param dataDir of an embedded server that was started before, so that its settings are written down */
export async function findPgCtl(dataDir: string): Promise<PgCtl> {
  const cluster = await realpath(join(dataDir, 'postgres'));
  const account = await serverAccount(cluster);
  const native = await reachableRuntime(await findPlatformBinaries(), account, silent);
  const run = async (command: string, ...options: string[]): Promise<void> => {
    const { ok, output } = await runProgram(
      program(native, 'pg_ctl'),
      [command, '-D', cluster, '-m', 'fast', '-w', '-t', '60', ...options],
      { account, cwd: cluster },
    );
    if (!ok) throw new Error(`pg_ctl ${command}: ${output}`);
  };
  let restarting = Promise.resolve();
  return {
    restart: () => (restarting = run('restart', '-l', join(cluster, 'pg_ctl.log'))),
    stop: async () => {
      await restarting.catch(silent);
      await run('stop').catch(silent);
    },
  };
}
