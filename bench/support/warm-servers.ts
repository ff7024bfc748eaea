import { Child } from './child.js';
import { Connection } from './connection.js';
import { allServed, inTurn, saturate } from './load.js';

/** A server under test with its connections to tenants open. */
export interface WarmServer {
  child: Child;
  /** Requests a second with every connection busy, the tenants evenly. */
  perSecond(ms: number): Promise<number>;
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
  const perSecond = async (ms: number): Promise<number> =>
    allServed(await saturate(connections, inTurn(requests), ms)).perSecond;
  await perSecond(3_000);
  return {
    child,
    perSecond,
    stop: async () => {
      for (const connection of connections) connection.close();
      await child.stop();
    },
  };
}
