import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresStartFailedError } from './embedded-postgres.errors.js';
import { program } from './platform-binaries.js';
import { PROGRAM_ENV } from './run-program.js';
import type { ServerAccount } from './server-account.js';
import { lastLogLines, logSize, openServerLog } from './server-log.js';
import { serverArguments } from './server-settings.js';

/** All that is needed to start the server, again and again. */
export interface ServerPlan {
  native: string;
  cluster: string;
  account: ServerAccount | null;
  port: number;
  settings: Readonly<Record<string, string>>;
  logFile: string;
  onProgress(message: string): void;
}

export interface ServerProcess {
  pid: number;
  /** Resolves when the server has ended, with how ("code 0", "signal SIGKILL"). */
  exited: Promise<string>;
}

const READY_LIMIT_MS = 10 * 60_000;
const LINGERING_LIMIT_MS = 20_000;

/**
 * Starts the server and resolves when it takes connections.
 *
 * After a kill -9 of the last server its sessions need a moment to notice; until then the new one
 * is refused, and tries again.
 *
 * @throws PostgresStartFailedError with the end of the log
 */
export async function startServer(plan: ServerPlan): Promise<ServerProcess> {
  const giveUpAt = Date.now() + LINGERING_LIMIT_MS;
  for (;;) {
    const logStart = await logSize(plan.logFile);
    const server = await spawnServer(plan);
    if (await becomesReady(server, plan)) return server;
    const log = await lastLogLines(plan.logFile, Math.min(logStart, await logSize(plan.logFile)));
    // Only words tell this refusal from others; the server speaks English (LC_ALL=C).
    if (!log.includes('pre-existing shared memory block') || Date.now() > giveUpAt) {
      const how = await Promise.race([server.exited, 'still starting']);
      throw new PostgresStartFailedError(`start (${how})`, `Its log is ${plan.logFile}.`, log);
    }
    await sleep(250);
  }
}

async function spawnServer(plan: ServerPlan): Promise<ServerProcess> {
  const log = await openServerLog(plan.logFile);
  const child = spawn(
    program(plan.native, 'postgres'),
    serverArguments(plan.cluster, plan.port, plan.settings),
    {
      ...plan.account,
      cwd: plan.cluster,
      env: PROGRAM_ENV,
      stdio: ['ignore', log.fd, log.fd],
      // Ctrl-C in a terminal goes to a whole process group. The server must outlive our requests,
      // so it gets a group of its own and is stopped by us, last.
      detached: true,
      windowsHide: true,
    },
  );
  const exited = new Promise<string>((resolve) => {
    // Not once: a signal that cannot be sent is told in the same way, later.
    child.on('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `code ${code}`));
  });
  // This process may end without stopping the server first (an uncaught error): a last word to it.
  const lastWord = () => child.kill('SIGINT');
  process.once('exit', lastWord);
  void exited.then(() => process.off('exit', lastWord));
  child.unref();
  await log.close();
  return { pid: child.pid ?? 0, exited };
}

/** False when it ended instead. */
async function becomesReady(server: ServerProcess, plan: ServerPlan): Promise<boolean> {
  const startedAt = Date.now();
  let nextNoticeAt = startedAt + 5_000;
  while (Date.now() < startedAt + READY_LIMIT_MS) {
    if (await isReady(server.pid, plan.cluster)) return true;
    if (Date.now() > nextNoticeAt) {
      plan.onProgress('PostgreSQL is still starting; after a crash it first recovers its data');
      nextNoticeAt += 10_000;
    }
    const ended = await Promise.race([server.exited.then(() => true), sleep(20, false)]);
    if (ended) return false;
  }
  return false;
}

/** The server keeps its process id in the first line of its pid file and its state in the eighth. */
async function isReady(pid: number, cluster: string): Promise<boolean> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}
