import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { Foundation } from '../../src/entry/composition/foundation.js';
import { isUnavailable } from '../../src/infrastructure/postgres/availability.js';
import { startTestApp, type SignedUp, type TestApp } from '../support/test-app.js';

/**
 * An administrator ends the session of each kind of connection that the process holds, at each moment of its
 * life. In this test process an event that nobody hears is an uncaught error, and so a failure.
 */
let app: TestApp;
let tenant: SignedUp;
let foundation: Foundation;

beforeAll(async () => {
  app = await startTestApp({ stockDatabases: 0 });
  ({ foundation } = app);
  tenant = await app.signUp({ isolation: 'schema' });
});
afterAll(() => app.close());

type Run = (sql: string) => Promise<unknown[]>;

/** Borrows a connection of one kind, and gives it back however `work` ends. */
type Lend = (work: (run: Run) => Promise<unknown>) => Promise<unknown>;

const overTypeOrm = (source: DataSource): Lend => {
  return (work) => source.transaction((manager) => work((sql) => manager.query(sql)));
};

const inTenant = <T>(work: () => Promise<T>): Promise<T> =>
  foundation.tenancy.run(tenant.id, { kind: 'system', job: 'test.sessions' }, work);

const KINDS: Readonly<Record<string, () => Lend>> = {
  'the catalog pool': () => (work) =>
    foundation.catalog.transaction((tx) => work((sql) => tx.query(sql))),
  "TypeORM's on the catalog": () => overTypeOrm(foundation.catalogDataSource),
  'the administrative pool': () => (work) =>
    foundation.tools.admin.asWarden((client) =>
      work(async (sql) => (await client.query(sql)).rows as unknown[]),
    ),
  'the pool of limits': () => async (work) => {
    const client = await foundation.limitsPool.connect();
    try {
      return await work(async (sql) => (await client.query(sql)).rows as unknown[]);
    } finally {
      client.release();
    }
  },
  "a tenant's pool": () => (work) =>
    inTenant(() =>
      foundation.tenantDatabase.transaction((tx) => work((sql) => tx.query({ text: sql }))),
    ),
  "TypeORM's in a tenant": () => (work) =>
    inTenant(() => overTypeOrm(foundation.tenantDataSource)(work)),
  'a connection of its own, as for migrations and templates': () => (work) =>
    foundation.tools.admin.inDatabase(app.config.catalogDatabase, (client) =>
      work(async (sql) => (await client.query(sql)).rows as unknown[]),
    ),
};

const pidOf = async (run: Run): Promise<number> => {
  const [row] = (await run('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
  return row?.pid ?? 0;
};

/** As the superuser. Resolves when the session is gone. */
async function end(pid: number): Promise<void> {
  await app.look('postgres', 'SELECT pg_terminate_backend($1, 10000)', [pid]);
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe.each(Object.keys(KINDS))('a session of %s that is ended', (kind) => {
  const lend: Lend = (work) => KINDS[kind]?.()(work) ?? Promise.reject(new Error('no such kind'));

  /** What was lent before is not lent again, and the next one works. */
  const worksAgain = () => lend((run) => run('SELECT 1'));

  it('while a statement runs fails that statement', async () => {
    const lost = lend(async (run) => {
      const pid = await pidOf(run);
      const sleeping = run('SELECT pg_sleep(60)');
      sleeping.catch(() => undefined);
      await end(pid);
      return sleeping;
    });
    await expect(lost).rejects.toThrow();
    await worksAgain();
  });

  it('between two statements fails the next one', async () => {
    const lost = lend(async (run) => {
      await end(await pidOf(run));
      await soon();
      return run('SELECT 1');
    });
    await expect(lost).rejects.toThrow();
    await worksAgain();
  });

  it('after the last statement is not lent to anybody else', async () => {
    let pid = 0;
    await lend(async (run) => {
      pid = await pidOf(run);
      await end(pid);
      await soon();
      // Its end (COMMIT, RESET ROLE, release) finds the session gone.
    }).catch(() => undefined);
    const next = (await lend(pidOf)) as number;
    expect(next).not.toBe(pid);
  });

  it('when it lies idle in its pool costs nobody anything', async () => {
    const pid = (await lend(pidOf)) as number;
    await end(pid);
    await soon();
    await worksAgain();
  });

  it('is an outage to whoever is told', async () => {
    const lost = lend(async (run) => {
      await end(await pidOf(run));
      return run('SELECT 1');
    });
    // In words of its own, or of the driver or TypeORM, which the edge knows as well: 503.
    const refusal = await lost.catch((error: unknown) => error);
    expect({ refusal, isUnavailable: isUnavailable(refusal) }).toMatchObject({
      isUnavailable: true,
    });
  });
});

describe('the change feed', () => {
  it('listens again when its session is ended', async () => {
    const { feed } = foundation;
    expect(feed.live).toBe(true);
    const gap = new Promise<void>((resolve) => feed.once('gap', resolve));
    await app.look(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name LIKE 'numoon-feed %' AND datname = $1`,
      [app.config.catalogDatabase],
    );
    await gap;
    while (!feed.live) await soon();
  });

  it('passes over what is none of its news', async () => {
    const { catalogDatabase } = app.config;
    for (const payload of ['', 'no json', 'null', '7', '{"kind":7}', '{"kind":"unheard-of"}']) {
      await app.look(catalogDatabase, `SELECT pg_notify('numoon_changes', $1)`, [payload]);
    }
    const heard = new Promise((resolve) => foundation.feed.once('change', resolve));
    await foundation.catalog.query(`SELECT pg_notify('numoon_changes', '{"kind":"stock"}')`);
    await heard;
    expect(foundation.feed.live).toBe(true);
  });
});

describe('a connection that was the warden', () => {
  it('is thrown away when it cannot be made the control role again', async () => {
    const { admin } = foundation.tools;
    const broken = admin.asWarden(async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT 1 / 0');
    });
    await expect(broken).rejects.toThrow('division by zero');
    const roles = await Promise.all(
      Array.from({ length: 12 }, () => admin.rows('SELECT current_user AS role', [])),
    );
    expect(new Set(roles.flat().map((row) => (row as { role: string }).role))).toEqual(
      new Set([foundation.server.controlRole]),
    );
  });
});
