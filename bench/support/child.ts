import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Call {
  id: number;
  command: string;
  argument: unknown;
}

interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

/** A program in a process of its own (`--expose-gc`), which answers calls. Loads never share a process with what they measure. */
export class Child {
  #calls = 0;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(e: Error): void }>();
  readonly #ended: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    // Its parent may be told to end while it is working.
    child.on('error', () => undefined);
    child.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.error === undefined) waiting?.resolve(reply.result);
      else waiting?.reject(new Error(reply.error));
    });
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code) => {
        for (const { reject } of this.#waiting.values()) {
          reject(new Error(`A program of the benchmark ended (${code}).`));
        }
        resolve();
      });
    });
  }

  /** @param program path below bench/, without its ending */
  static start(program: string): Child {
    const file = fileURLToPath(new URL(`../${program}.js`, import.meta.url));
    const execArgv = ['--expose-gc', ...process.execArgv];
    return new Child(fork(file, [], { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  call<Result>(command: string, argument?: unknown): Promise<Result> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.child.send({ id, command, argument } satisfies Call);
    });
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await this.#ended;
  }
}

type Commands = Record<string, (argument: never) => unknown>;

/** Commands that every program answers. */
const COMMON: Commands = { memory: memoryInUse, processorTime };

/** The child's side: answers calls, and ends when its parent goes. */
export function answerCalls(commands: Commands): void {
  process.on('message', ({ id, command, argument }: Call) => void answer(id, command, argument));
  process.on('disconnect', () => process.exit(0));

  async function answer(id: number, command: string, argument: unknown): Promise<void> {
    let reply: Reply;
    try {
      const work = { ...COMMON, ...commands }[command] as
        ((argument: unknown) => unknown) | undefined;
      if (work === undefined) throw new Error(`There is no command ${command}.`);
      reply = { id, result: await work(argument) };
    } catch (error) {
      reply = { id, error: (error as Error).stack ?? String(error) };
    }
    process.send?.(reply);
  }
}

/** Bytes in use after collecting what is not. */
export function memoryInUse(): { heap: number; resident: number } {
  for (let round = 0; round < 4; round += 1) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, resident: rss };
}

/** Microseconds this process has used. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
