import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.js';
import { inTurn } from './load.js';
import { signupRequest } from './sign-ups.js';

const READERS = 8;
const READER_PAUSE_MS = 5;
const NEWCOMERS = 2;
const NEWCOMER_PAUSE_MS = 100;

/** When the first of them was answered, and when the last one had been, by `performance.now()`. */
export interface Answered {
  first: number;
  all: number;
}

/**
 * A handful of clients that read of all tenants in turn, and newcomers who sign up. They never stop asking,
 * whatever they are answered, as clients do while a service is away.
 */
export class SteadyClients {
  /** How often each status came, or none. */
  readonly statuses: Record<string, number> = {};
  readonly #tenants: readonly Buffer[];
  readonly #loops: Promise<void>[];
  #watch: Watch | null = null;
  #stopped = false;

  private constructor(
    private readonly connections: readonly Connection[],
    tenants: readonly Buffer[],
  ) {
    this.#tenants = tenants;
    const read = inTurn(tenants);
    let newcomers = 0;
    const signUp = (): Buffer => signupRequest((newcomers += 1));
    this.#loops = connections.map((connection, index) =>
      index < READERS
        ? this.#ask(connection, read, READER_PAUSE_MS)
        : this.#ask(connection, signUp, NEWCOMER_PAUSE_MS),
    );
  }

  /** @param tenants a read of each */
  static async open(port: number, tenants: readonly Buffer[]): Promise<SteadyClients> {
    return new SteadyClients(await Connection.openAll(READERS + NEWCOMERS, port), tenants);
  }

  /** Begins to look for who is answered, in place of whatever was looked for before. */
  watch(withinMs: number): Watch {
    this.#watch = new Watch(this.#tenants.length + 1, withinMs);
    return this.#watch;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
    for (const connection of this.connections) connection.close();
  }

  async #ask(connection: Connection, next: () => Buffer, pauseMs: number): Promise<void> {
    while (!this.#stopped) {
      const request = next();
      const askedAt = performance.now();
      const status = await connection.send(request).then(
        (answer) => answer.status,
        () => 'none',
      );
      this.statuses[status] = (this.statuses[status] ?? 0) + 1;
      if (status === 200) this.#watch?.note(request, askedAt);
      if (status === 201) this.#watch?.note('newcomer', askedAt);
      await sleep(pauseMs);
    }
  }
}

/** Every tenant answered 200 and a newcomer 201, to what was asked after `since()` was called. */
class Watch {
  /** Rejects when it takes too long. */
  readonly answered: Promise<Answered>;
  readonly #answeredAt = new Map<Buffer | 'newcomer', number>();
  #since = Infinity;
  #resolve: (answered: Answered) => void = () => undefined;

  constructor(
    private readonly expected: number,
    withinMs: number,
  ) {
    this.answered = new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => {
        const missing = expected - this.#answeredAt.size;
        reject(new Error(`${missing} of ${expected} were not answered within ${withinMs} ms.`));
      }, withinMs);
      this.#resolve = (answered) => {
        clearTimeout(tooLate);
        resolve(answered);
      };
    });
  }

  since(): void {
    this.#since = Math.min(this.#since, performance.now());
  }

  note(whom: Buffer | 'newcomer', askedAt: number): void {
    if (askedAt < this.#since || this.#answeredAt.has(whom)) return;
    this.#answeredAt.set(whom, performance.now());
    if (this.#answeredAt.size < this.expected) return;
    const times = [...this.#answeredAt.values()];
    this.#resolve({ first: Math.min(...times), all: Math.max(...times) });
  }
}
