import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type ServerPlan, type ServerProcess } from './server-process.js';
import { stopServer } from './stop-server.js';

/** A server that is started again when it dies, until it is stopped. */
export interface SupervisedServer {
  readonly pid: number;
  stop(): Promise<void>;
}

const ATTEMPTS = 5;

/**
 * Only the first start can throw. When a later one fails five times in a row it is said through
 * `onProgress` and the server stays down: whoever asks for data gets connection errors.
 */
export async function superviseServer(plan: ServerPlan): Promise<SupervisedServer> {
  const state = { server: await startServer(plan), stopping: false, restarting: Promise.resolve() };

  const watch = async ({ exited }: ServerProcess) => {
    const how = await exited;
    if (state.stopping) return;
    plan.onProgress(`PostgreSQL ended unexpectedly (${how}); starting it again`);
    state.restarting = restart();
  };
  const restart = async () => {
    for (let attempt = 1; attempt <= ATTEMPTS && !state.stopping; attempt += 1) {
      try {
        state.server = await startServer(plan);
        void watch(state.server);
        return;
      } catch (error) {
        plan.onProgress((error as Error).message);
        await sleep(500 * attempt);
      }
    }
  };

  void watch(state.server);
  return {
    get pid() {
      return state.server.pid;
    },
    async stop() {
      state.stopping = true;
      await state.restarting;
      await stopServer(plan, state.server.pid);
    },
  };
}
