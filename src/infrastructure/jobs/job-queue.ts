import { PostgresBackend } from '@agendajs/postgres-backend';
import { Agenda, type Job } from 'agenda';
import type { Pool } from 'pg';
import { AppError } from '../../kernel/app-error.js';
import { DatabaseUnavailableError, isUnavailable } from '../postgres/availability.js';
import { hasSqlstate, SQLSTATE } from '../postgres/sqlstate.js';

/** How a job is worked on. Its payload holds ids only; the handler decides for whom it runs (`src/tenancy/tenant-job.ts`). */
export interface JobDefinition {
  /** `feature.verb` */
  name: string;
  concurrency: number;
  handler(payload: unknown): Promise<void>;
}

export interface JobObserver {
  finished?(job: string, outcome: 'done' | 'failed', error?: unknown): void;
}

const POLL_MS = 500;

/**
 * A worker that has not touched its job for this long is taken for dead and the job runs again, so every
 * handler must bear a second run. Short, because a crashed worker's jobs wait for it; and because
 * agenda leaves a timer of half this length behind every finished job.
 */
const LOCK_MS = 10_000;
const TOUCH_MS = 2_500;

/** What processes that make the table at one moment do to each other; the next look finds it made. */
const AT_ONCE = [
  SQLSTATE.uniqueViolation,
  SQLSTATE.duplicateTable,
  SQLSTATE.duplicateObject,
  SQLSTATE.deadlockDetected,
  SQLSTATE.internalError,
];
const TRIES = 10;

/**
 * agenda over the catalog's pool. Polls twice a second; agenda's own LISTEN is off, because its error
 * events end the process when the server restarts, and half a second is soon enough.
 */
export class JobQueue {
  readonly #agenda: Agenda;
  /** Rejects when agenda could not make its table; else it stays open. */
  readonly #refused: Promise<never>;
  readonly #repeating: { name: string; everyMs: number }[] = [];
  #started = false;
  #heal: NodeJS.Timeout | undefined;

  constructor(
    pool: Pool,
    private readonly observer: JobObserver = {},
  ) {
    const backend = new PostgresBackend({ pool, tableName: 'jobs', disableNotifications: true });
    this.#refused = refusalOf(backend);
    this.#refused.catch(() => undefined);
    this.#agenda = new Agenda({
      backend,
      processEvery: POLL_MS,
      removeOnComplete: true,
      maxConcurrency: 20,
    });
    // Polling goes on after a failed poll; the failure itself shows in readiness.
    this.#agenda.on('error', (error) => this.observer.finished?.('queue.poll', 'failed', error));
  }

  /**
   * agenda makes its table in the background; nobody may close the pool before that is over.
   *
   * @throws DatabaseUnavailableError, or what the server said
   */
  async ready(): Promise<void> {
    await Promise.race([this.#agenda.ready, this.#refused]);
  }

  define(job: JobDefinition): void {
    this.#agenda.define(job.name, (run: Job<unknown>) => this.#run(job, run), {
      concurrency: job.concurrency,
      lockLimit: job.concurrency,
      lockLifetime: LOCK_MS,
    });
  }

  /** A job that comes again for ever, once over all processes. */
  repeat(name: string, everyMs: number): void {
    this.#repeating.push({ name, everyMs });
  }

  /** Puts the job into the queue; a waiting one with the same tenant is not doubled. */
  async enqueue(name: string, payload: { tenantId: string }): Promise<void> {
    await this.#agenda.ready;
    for (let left = TRIES; ; left -= 1) {
      try {
        await this.#agenda
          .create(name, payload)
          .unique({ 'data.tenantId': payload.tenantId })
          .schedule(new Date())
          .save();
        return;
      } catch (error) {
        // agenda looks for the waiting one and then changes it; one that was done in between is no row to read.
        if (left === 0 || !(error instanceof TypeError)) throw error;
      }
    }
  }

  /** Begins to work on jobs. A process that only enqueues never calls it. */
  async start(): Promise<void> {
    await this.#agenda.ready;
    await this.#ensureRepeating();
    await this.#agenda.start();
    this.#started = true;
    // A recurring row that is lost (a crash at the wrong moment, a hand in the table) comes back.
    this.#heal = setInterval(() => {
      void this.#ensureRepeating().catch(() => undefined);
    }, 60_000).unref();
  }

  async #ensureRepeating(): Promise<void> {
    for (const { name, everyMs } of this.#repeating) await this.#agenda.every(everyMs, name);
  }

  /** Takes no new job and waits for running ones. The pool is the catalog's and stays open. */
  async stop(timeoutMs: number): Promise<void> {
    clearInterval(this.#heal);
    if (this.#started) await this.#agenda.drain({ timeout: timeoutMs });
    this.#started = false;
  }

  async #run(job: JobDefinition, run: Job<unknown>): Promise<void> {
    // A touch that fails (the database is away) is followed by another, or by a second run.
    const touch = setInterval(() => void run.touch().catch(() => undefined), TOUCH_MS);
    try {
      await job.handler(run.attrs.data);
      this.observer.finished?.(job.name, 'done');
    } catch (error) {
      this.observer.finished?.(job.name, 'failed', error);
      // agenda writes the message of what is thrown into its table: a code says enough there.
      // oxlint-disable-next-line preserve-caught-error
      throw new Error(error instanceof AppError ? error.code : 'internal_error');
    } finally {
      clearInterval(touch);
    }
  }
}

/**
 * agenda connects in its constructor and leaves a failure of that to nobody: it would end the process, and
 * `ready` would never come. Here the failure is kept for whoever waits.
 */
function refusalOf(backend: PostgresBackend): Promise<never> {
  const connect = backend.connect.bind(backend);
  return new Promise((_, reject) => {
    backend.connect = async () => {
      for (let left = TRIES; ; left -= 1) {
        try {
          return await connect();
        } catch (error) {
          if (left > 0 && hasSqlstate(error, ...AT_ONCE)) continue;
          reject(isUnavailable(error) ? new DatabaseUnavailableError(error) : error);
          // Whoever waits for agenda waits for ever; `ready` does not.
          return new Promise(() => undefined);
        }
      }
    };
  });
}
