import { AppError } from '../../kernel/app-error.js';
import { sqlstateOf } from '../../infrastructure/postgres/sqlstate.js';
import type { CatalogDatabase } from './catalog-database.js';

/** Work over which a sweep comes again and again until it is done. */
export type Work =
  'purge' | 'undo-signup' | 'discard-place' | 'drop-half-dropped' | 'rotate-keys' | 'rotate-login';

/** Something on the server that is in the way and that NuMoon may not end itself. */
export interface HoldUp {
  kind: 'session' | 'prepared-transaction' | 'replication-slot' | 'subscription' | 'dependency';
  /** Where the statement has to be run; null: in any. */
  database: string | null;
  /** What ends it, run by a superuser. */
  statement: string;
}

/** Work that has failed and waits to be tried again. */
export interface Retry {
  work: Work;
  subject: string;
  failures: number;
  dueAt: Date;
  since: Date;
  code: string;
  step: string | null;
  heldUp: HoldUp[];
}

const FIRST_SECONDS = 2;
const LONGEST_SECONDS = 600;

const COLUMNS = `work, subject, failures, due_at AS "dueAt", since, code, step, held_up AS "heldUp"`;

/**
 * When to try again what has failed: twice as long after each failure up to ten minutes, and a quarter
 * more or less by chance, so that much that fails together does not come together again. In the catalog,
 * so that a restart forgets nothing, and by its clock.
 */
export class Retries {
  constructor(private readonly catalog: CatalogDatabase) {}

  /** Notes one more failure. */
  async failed(
    work: Work,
    subject: string,
    error: unknown,
    { step = null, heldUp = [] }: { step?: string | null; heldUp?: readonly HoldUp[] } = {},
  ): Promise<void> {
    await this.catalog.query(
      `INSERT INTO retries AS r (work, subject, failures, due_at, code, step, held_up)
       VALUES ($1, $2, 1, now() + make_interval(secs => $6 * (0.75 + random() / 2)), $3, $4, $5)
       ON CONFLICT (work, subject) DO UPDATE SET failures = r.failures + 1, code = $3, step = $4, held_up = $5,
         due_at = now() + make_interval(secs => least($7, $6 * 2 ^ least(r.failures, 20)) * (0.75 + random() / 2))`,
      [work, subject, codeOf(error), step, JSON.stringify(heldUp), FIRST_SECONDS, LONGEST_SECONDS],
    );
  }

  /** It is done, or there is nothing to do any more. */
  async forget(work: Work, subject: string): Promise<void> {
    await this.catalog.query('DELETE FROM retries WHERE work = $1 AND subject = $2', [
      work,
      subject,
    ]);
  }

  /** Of these, those that need not wait. */
  async due(work: Work, subjects: readonly string[]): Promise<string[]> {
    if (subjects.length === 0) return [];
    const waiting = await this.catalog.query<{ subject: string }>(
      'SELECT subject FROM retries WHERE work = $1 AND subject = ANY ($2) AND due_at > now()',
      [work, subjects],
    );
    const later = new Set(waiting.map(({ subject }) => subject));
    return subjects.filter((subject) => !later.has(subject));
  }

  /** Everything of the subject is due at once. @returns what waited */
  async hasten(subject: string): Promise<Work[]> {
    const rows = await this.catalog.query<{ work: Work }>(
      'UPDATE retries SET due_at = now() WHERE subject = $1 RETURNING work',
      [subject],
    );
    return rows.map(({ work }) => work);
  }

  async of(work: Work, subject: string): Promise<Retry | null> {
    return (await this.ofMany(work, [subject])).get(subject) ?? null;
  }

  async ofMany(work: Work, subjects: readonly string[]): Promise<Map<string, Retry>> {
    const rows = await this.catalog.query<Retry>(
      `SELECT ${COLUMNS} FROM retries WHERE work = $1 AND subject = ANY ($2)`,
      [work, subjects],
    );
    return new Map(rows.map((row) => [row.subject, row]));
  }

  /** What has failed most often first. */
  async list(limit: number): Promise<Retry[]> {
    return this.catalog.query<Retry>(
      `SELECT ${COLUMNS} FROM retries ORDER BY failures DESC, since, subject LIMIT $1`,
      [limit],
    );
  }

  /**
   * Does one thing for each subject that is due. One that fails is noted and keeps the others from
   * nothing.
   *
   * @returns how many were done
   * @throws AggregateError of the failures, after all were tried
   */
  async each(
    work: Work,
    subjects: readonly string[],
    run: (subject: string) => Promise<boolean | void>,
  ): Promise<number> {
    const failures: unknown[] = [];
    let done = 0;
    for (const subject of await this.due(work, subjects)) {
      try {
        if ((await run(subject)) !== false) done += 1;
        await this.forget(work, subject);
      } catch (error) {
        failures.push(error);
        await this.failed(work, subject, error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${work} failed.`);
    return done;
  }
}

/** A code says enough: messages may quote values. */
function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  const state = sqlstateOf(error);
  return state === undefined ? 'internal_error' : `sqlstate_${state}`;
}
