import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, type Pool } from 'pg';
import {
  DurableLimiter,
  deleteExpiredLimits,
} from '../../src/infrastructure/rate-limit/durable-limiter.js';
import { randomWord } from '../../src/kernel/ids.js';
import { controlUrl, databaseUrl, dropDatabases, openPool } from '../support/test-postgres.js';

/** As the catalog's migration makes it. */
const TABLE = `
  CREATE TABLE rate_limits (
    key text COLLATE "C" PRIMARY KEY,
    points integer NOT NULL,
    expire bigint NOT NULL
  ) WITH (fillfactor = 70);
  CREATE INDEX rate_limits_expire ON rate_limits (expire);`;

const database = `nmtest_${randomWord(12)}_limits`;
let pool: Pool;

beforeAll(async () => {
  const control = new Client(controlUrl());
  await control.connect();
  await control.query(`CREATE DATABASE ${database}`);
  await control.end();
  pool = openPool({ connectionString: databaseUrl(controlUrl(), database), max: 8 });
  await pool.query(TABLE);
});
afterAll(async () => {
  await pool.end();
  await dropDatabases(database);
});
beforeEach(() => pool.query('TRUNCATE rate_limits'));

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
const hash = (key: string) => createHmac('sha256', 'test key').update(key).digest('base64url');
const limiter = (over: Partial<ConstructorParameters<typeof DurableLimiter>[0]> = {}) =>
  new DurableLimiter({
    pool,
    name: 'signup-address',
    points: 3,
    windowSeconds: 3_600,
    hash,
    ...over,
  });
const rows = async () =>
  (await pool.query<{ key: string; points: number }>('SELECT * FROM rate_limits')).rows;

describe('a durable limit', () => {
  it('allows its points in a window, then says how long to wait', async () => {
    const limit = limiter();
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await limit.consume('10.0.0.1'));
    expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, true, false, false]);
    expect(answers[0]).toEqual({ allowed: true, retryAfterMs: 0 });
    expect(answers[4]?.retryAfterMs).toBeGreaterThan(3_590_000);
    expect(answers[4]?.retryAfterMs).toBeLessThanOrEqual(3_600_000);
    expect((await limit.consume('10.0.0.2')).allowed).toBe(true);
  });

  it('counts for all processes together, also when they count at the same moment', async () => {
    const processes = Array.from({ length: 4 }, () => limiter({ points: 10 }));
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => processes[i % 4]?.consume('same')),
    );
    expect(answers.filter((answer) => answer?.allowed)).toHaveLength(10);
    expect(await rows()).toMatchObject([{ points: 40 }]);
  });

  it('survives a restart', async () => {
    for (let i = 0; i < 3; i++) await limiter().consume('10.0.0.1');
    expect((await limiter().consume('10.0.0.1')).allowed).toBe(false);
  });

  it('keeps apart limits of different names', async () => {
    for (let i = 0; i < 4; i++) await limiter().consume('x');
    expect((await limiter({ name: 'login-address' }).consume('x')).allowed).toBe(true);
  });

  it('starts anew when its window is over', async () => {
    const limit = limiter({ points: 1, windowSeconds: 1 });
    await limit.consume('x');
    const { allowed, retryAfterMs } = await limit.consume('x');
    expect(allowed).toBe(false);
    await new Promise((done) => setTimeout(done, retryAfterMs + 20));
    expect((await limit.consume('x')).allowed).toBe(true);
  });

  it('takes several points at once', async () => {
    expect((await limiter().consume('x', 4)).allowed).toBe(false);
    expect((await limiter().consume('y', 3)).allowed).toBe(true);
  });

  it('gives points back and forgets on request, without harm where there is nothing', async () => {
    const limit = limiter({ points: 1 });
    await limit.consume('x');
    await limit.reward('x');
    expect((await limit.consume('x')).allowed).toBe(true);
    expect((await limit.consume('x')).allowed).toBe(false);
    await limit.reset('x');
    await limit.reset('never seen');
    expect((await limit.consume('x')).allowed).toBe(true);
  });

  it('stores neither the address nor the e-mail it counts', async () => {
    await limiter().consume('maria@example.com');
    const [row] = await rows();
    expect(row?.key).toMatch(/^signup-address:[\w-]{43}$/);
    expect(row?.key).not.toContain(hash('maria@example.com'));
  });

  it('loses its rows only once their window is over', async () => {
    await limiter().consume('lasting');
    await limiter().consume('ending');
    await pool.query('UPDATE rate_limits SET expire = 1 WHERE key = $1', [
      `signup-address:${hash('signup-address:ending')}`,
    ]);
    expect(await deleteExpiredLimits(pool)).toBe(1);
    expect(await deleteExpiredLimits(pool)).toBe(0);
    expect(await rows()).toHaveLength(1);
  });

  it('deletes no more at once than it may', async () => {
    for (const key of ['a', 'b', 'c']) await limiter().consume(key);
    await pool.query('UPDATE rate_limits SET expire = 1');
    expect(await deleteExpiredLimits(pool, 2)).toBe(2);
    expect(await rows()).toHaveLength(1);
  });

  it('is an error with a code when the database is away, never a silent yes or no', async () => {
    const gone = openPool({
      connectionString: 'postgres://nobody@127.0.0.1:1/none',
      connectionTimeoutMillis: 500,
    });
    const limit = limiter({ pool: gone });
    const refused = { code: 'rate_limit_unavailable' };
    await expect(limit.consume('x')).rejects.toMatchObject(refused);
    await expect(limit.reward('x')).rejects.toMatchObject(refused);
    await expect(limit.reset('x')).rejects.toMatchObject(refused);
    await expect(deleteExpiredLimits(gone)).rejects.toMatchObject(refused);
    await gone.end();
  });

  it('starts no timers and creates no tables', async () => {
    const before = timers();
    limiter();
    expect(timers()).toBe(before);
    const away = openPool({ connectionString: databaseUrl(controlUrl(), 'postgres') });
    await expect(limiter({ pool: away }).consume('x')).rejects.toMatchObject({
      code: 'rate_limit_unavailable',
    });
    await away.end();
  });
});
