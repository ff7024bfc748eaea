import { Child } from './child.js';
import { Connection } from './connection.js';
import { allServed, inTurn, saturate } from './load.js';

/** A server under test with its connections to tenants open. */
export interface WarmServer {
  /** Requests a second with every connection busy, the tenants evenly. */
  perSecond(ms: number): Promise<number>;
  /** Microseconds of processor time, of all requests since it was warm: also says something on a machine that is not quiet. */
  cpuPerRequest(): Promise<number>;
  stop(): Promise<void>;
}

const CONNECTIONS = 64;

/** Starts a program, and asks every tenant a few times so that all connections it will use are open. */
export async function warmServer(
  program: string,
  argument: unknown,
  requests: readonly Buffer[],
): Promise<WarmServer> {
  const child = Child.start(program);
  const port = await child.call<number>('start', argument);
  const connections = await Connection.openAll(CONNECTIONS, port);
  const next = inTurn(requests);
  const run = async (ms: number) => allServed(await saturate(connections, next, ms));
  await run(3_000);
  const usedBefore = await child.call<number>('processorTime');
  let served = 0;
  return {
    perSecond: async (ms) => {
      const load = await run(ms);
      served += load.latencies.length;
      return load.perSecond;
    },
    cpuPerRequest: async () => ((await child.call<number>('processorTime')) - usedBefore) / served,
    stop: async () => {
      for (const connection of connections) connection.close();
      await child.stop();
    },
  };
}
