import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type ServerPlan, type ServerProcess } from './server-process.js';
import { stopServer } from './stop-server.js';

/** A server that is started again when it dies, until it is stopped. */
export interface SupervisedServer {
  readonly pid: number;
  stop(): Promise<void>;
}

const LONGEST_WAIT_MS = 15_000;

/**
 * Only the first start can throw. When a later one fails (a full disk) it is said through `onProgress` and
 * tried again, at longer and longer intervals: whoever asks for data until then gets connection errors.
 */
export async function superviseServer(plan: ServerPlan): Promise<SupervisedServer> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const state = { server: await startServer(plan), restarting: Promise.resolve() };

  const watch = async ({ exited }: ServerProcess) => {
    const how = await exited;
    if (signal.aborted) return;
    plan.onProgress(`PostgreSQL ended unexpectedly (${how}); starting it again`);
    state.restarting = restart();
  };
  const restart = async () => {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        state.server = await startServer(plan);
        void watch(state.server);
        return;
      } catch (error) {
        plan.onProgress((error as Error).message);
        const waitMs = Math.min(500 * attempt, LONGEST_WAIT_MS);
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };

  void watch(state.server);
  return {
    get pid() {
      return state.server.pid;
    },
    async stop() {
      stopping.abort();
      await state.restarting;
      await stopServer(plan, state.server.pid);
    },
  };
}
