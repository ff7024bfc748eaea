import { Connection } from './connection.js';

/** What came of a stretch of load. */
export interface Load {
  perSecond: number;
  /** Milliseconds, of every request. */
  latencies: number[];
  /** How often each status came. */
  statuses: Record<number, number>;
}

/** Every connection sends its next request as soon as it has its answer: how much can be served. */
export async function saturate(
  connections: readonly Connection[],
  next: () => Buffer,
  ms: number,
): Promise<Load> {
  const tally = new Tally();
  const startedAt = performance.now();
  const end = startedAt + ms;
  await Promise.all(
    connections.map(async (connection) => {
      for (let now = performance.now(); now < end; now = performance.now()) {
        const { status } = await connection.send(next());
        tally.count(status, performance.now() - now);
      }
    }),
  );
  return tally.load(performance.now() - startedAt);
}

/** Each request once, in their order, as many at once as there are connections. */
export async function sendAll(
  connections: readonly Connection[],
  requests: readonly Buffer[],
): Promise<Load> {
  const tally = new Tally();
  const startedAt = performance.now();
  let at = 0;
  await Promise.all(
    connections.map(async (connection) => {
      for (;;) {
        const request = requests[at];
        if (request === undefined) return;
        at += 1;
        const since = performance.now();
        const { status } = await connection.send(request);
        tally.count(status, performance.now() - since);
      }
    }),
  );
  return tally.load(performance.now() - startedAt);
}

interface Due {
  request: Buffer;
  /** When it was to be sent. */
  since: number;
}

/**
 * Requests at a fixed rate, whether or not earlier ones were answered: what somebody waits for who
 * does not know of the others. The time begins when the request is due, also when every connection is
 * busy then.
 */
export async function pace(
  connections: readonly Connection[],
  next: () => Buffer,
  perSecond: number,
  ms: number,
): Promise<Load> {
  const tally = new Tally();
  const idle = [...connections];
  const due: Due[] = [];
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();

  const send = async ({ request, since }: Due, connection: Connection): Promise<void> => {
    const { status } = await connection.send(request);
    tally.count(status, performance.now() - since);
    idle.push(connection);
    serve();
  };
  const serve = (): void => {
    while (due.length > 0 && idle.length > 0) {
      const sent = send(due.shift() as Due, idle.pop() as Connection).finally(() =>
        running.delete(sent),
      );
      running.add(sent);
    }
  };

  for (let made = 0, now = startedAt; now < startedAt + ms; now = performance.now()) {
    const wanted = Math.floor(((now - startedAt) * perSecond) / 1_000);
    for (; made < wanted; made += 1) due.push({ request: next(), since: now });
    serve();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (running.size > 0) await Promise.all(running);
  return tally.load(performance.now() - startedAt);
}

/** Goes round through all requests. */
export function inTurn(requests: readonly Buffer[]): () => Buffer {
  let at = -1;
  return () => {
    at = (at + 1) % requests.length;
    return requests[at] as Buffer;
  };
}

/** @throws Error when any answer was not 200: then something else was measured */
export function allServed(load: Load): Load {
  const others = Object.keys(load.statuses).filter((status) => status !== '200');
  if (others.length > 0) throw new Error(`Answers were ${JSON.stringify(load.statuses)}`);
  return load;
}

class Tally {
  readonly #latencies: number[] = [];
  readonly #statuses: Record<number, number> = {};

  count(status: number, latency: number): void {
    this.#latencies.push(latency);
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
  }

  load(elapsedMs: number): Load {
    return {
      perSecond: (this.#latencies.length / elapsedMs) * 1_000,
      latencies: this.#latencies,
      statuses: this.#statuses,
    };
  }
}
