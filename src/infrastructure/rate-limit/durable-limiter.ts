import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../kernel/app-error.js';
import type { Taken } from './token-buckets.js';

/** Made by the catalog's migrations, never at run time: the running role owns no tables. */
export const RATE_LIMITS_TABLE = 'rate_limits';

export interface DurableLimiterOptions {
  /** Of the database that holds the table. The limiter neither ends it nor keeps a connection. */
  pool: Pool;
  /** Keeps the keys of different limits apart, such as `signup-address`. */
  name: string;
  /** Allowed in one window. */
  points: number;
  windowSeconds: number;
  /**
   * A keyed hash. What is counted (addresses, e-mails) is personal data, and an unkeyed hash of an
   * address can be guessed back.
   */
  hash: (key: string) => string;
}

/**
 * Counts in Postgres that survive restarts and are shared between processes: signups, failed sign-ins.
 * A window starts with the first count of a key. One statement a call, about a millisecond; the hot
 * path belongs to `TokenBuckets`.
 *
 * Every method throws AppError `rate_limit_unavailable` when the database does not answer: whether to
 * let the request pass then is the caller's decision.
 */
export class DurableLimiter {
  readonly #limiter: RateLimiterPostgres;

  constructor(private readonly options: DurableLimiterOptions) {
    this.#limiter = new RateLimiterPostgres({
      storeClient: options.pool,
      storeType: 'pool',
      tableName: RATE_LIMITS_TABLE,
      tableCreated: true,
      keyPrefix: options.name,
      points: options.points,
      duration: options.windowSeconds,
      // Its own cleaning is a timer; see `deleteExpired`.
      clearExpiredByTimeout: false,
    });
  }

  /** Counts, also beyond the limit. Count before the costly work, so that parallel attempts all count. */
  async consume(key: string, points = 1): Promise<Taken> {
    try {
      await this.#limiter.consume(this.#hashed(key), points);
      return { allowed: true, retryAfterMs: 0 };
    } catch (error) {
      if (error instanceof RateLimiterRes) {
        return { allowed: false, retryAfterMs: Math.max(1, error.msBeforeNext) };
      }
      throw unavailable(this.options.name, error);
    }
  }

  /** Gives back what `consume` counted and the outcome did not deserve, such as a right password. */
  async reward(key: string, points = 1): Promise<void> {
    await this.#asked(this.#limiter.reward(this.#hashed(key), points));
  }

  /** Forgets the key: the next count starts a window. */
  async reset(key: string): Promise<void> {
    await this.#asked(this.#limiter.delete(this.#hashed(key)));
  }

  #hashed(key: string): string {
    return this.options.hash(`${this.options.name}:${key}`);
  }

  async #asked(answer: Promise<unknown>): Promise<void> {
    try {
      await answer;
    } catch (error) {
      throw unavailable(this.options.name, error);
    }
  }
}

/**
 * Deletes the counts of all limits whose window is over, at most `limit` so that no sweep runs long.
 * Returns how many; a sweep calls it every few minutes, because nothing else removes them.
 */
export async function deleteExpiredLimits(pool: Pool, limit = 10_000): Promise<number> {
  try {
    const { rowCount } = await pool.query(DELETE_EXPIRED, [Date.now(), limit]);
    return rowCount ?? 0;
  } catch (error) {
    throw unavailable('all', error);
  }
}

/** SKIP LOCKED: a row that is being counted right now starts a new window and must stay. */
const DELETE_EXPIRED = `
  DELETE FROM ${RATE_LIMITS_TABLE} WHERE key IN (
    SELECT key FROM ${RATE_LIMITS_TABLE} WHERE expire < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
  )`;

function unavailable(limit: string, cause: unknown): AppError {
  return new AppError('rate_limit_unavailable', 'The counts of a limit cannot be reached', {
    fields: { limit },
    cause,
  });
}
