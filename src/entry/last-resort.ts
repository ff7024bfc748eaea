import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger, type Logger } from '../infrastructure/logging/logger.js';
import { isError } from '../infrastructure/logging/shape-error.js';

/**
 * How a process ends after an error that nobody caught: EX_SOFTWARE of sysexits.h, neither a stop (0) nor a
 * refused start (1). `npm start` starts the program again on it.
 */
export const UNCAUGHT_EXIT_CODE = 70;

/** Requests and jobs have 20 s, the server's own stop some more; then it ends however far it came. */
const DRAIN_MS = 30_000;

export interface LastResortOptions {
  drainMs?: number;
  exit?: (code: number) => void;
  say?: (line: string) => void;
}

/**
 * What happens to an error that nobody caught. Nobody knows what it left half done in memory, so the process
 * does not go on: the error is logged with its origin, nothing new is accepted (`/readyz` says 503), what is
 * under way may finish, and the process ends. What it had begun is put right as after a kill.
 */
export class LastResort {
  #logger = createLogger({ level: 'fatal' });
  #drain: () => Promise<unknown> = () => Promise.resolve();
  #ending = false;
  readonly #drainMs: number;
  readonly #exit: (code: number) => void;
  readonly #say: (line: string) => void;

  constructor(options: LastResortOptions = {}) {
    this.#drainMs = options.drainMs ?? DRAIN_MS;
    this.#exit = options.exit ?? ((code) => process.exit(code));
    this.#say = options.say ?? ((line) => process.stderr.write(`${line}\n`));
  }

  install(): void {
    process.on('uncaughtException', (error) => void this.meet(error, 'uncaughtException'));
    process.on('unhandledRejection', (reason) => void this.meet(reason, 'unhandledRejection'));
    // A reader that has gone away, or a full disk under a redirected output, is nobody's error.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  /** What to end, from now on, before the process does; and where to log. */
  serve(logger: Logger, drain: () => Promise<unknown>): void {
    this.#logger = logger;
    this.#drain = drain;
  }

  /** Never rejects: there is nobody left to catch that. A second error is logged, and changes nothing. */
  async meet(reason: unknown, origin: string): Promise<void> {
    const again = this.#ending;
    this.#ending = true;
    this.#log(reason, origin, again);
    if (again) return;
    await Promise.race([this.#drained(), sleep(this.#drainMs)]);
    this.#exit(UNCAUGHT_EXIT_CODE);
  }

  async #drained(): Promise<void> {
    try {
      await this.#drain();
    } catch (error) {
      this.#log(error, 'while ending', true);
    }
  }

  #log(reason: unknown, origin: string, again: boolean): void {
    try {
      // What is thrown may be anything, also a value that no log should see.
      const err = isError(reason) ? reason : new Error(`a ${typeof reason} was thrown`);
      this.#logger.fatal({ err, origin }, 'nobody caught this error: the process ends');
      if (!again) {
        this.#say(`NuMoon met an error that nobody caught (${origin}), and ends. The log has it.`);
      }
    } catch {
      // An error that cannot even be told must not keep the process from ending.
    }
  }
}
