import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type SignedUp, type TestApp } from '../support/test-app.js';
import { read, rename, warmUp } from './support/vault-app.js';

let app: TestApp;
let tenant: SignedUp;

beforeAll(async () => {
  app = await startTestApp({ stockDatabases: 0, stockSchemas: 1 });
  tenant = await app.signUp({ isolation: 'schema' });
});

afterAll(() => app?.close());

describe('a change feed that breaks again and again', () => {
  it('fails no read and no write of those who are under way', async () => {
    await warmUp(app, tenant);
    const answers = new Map<string, number>();
    const load = { on: true };
    const worker = async (at: number): Promise<void> => {
      for (let round = 0; load.on; round += 1) {
        const { status, body } =
          at % 3 === 0
            ? await read(app, tenant)
            : await rename(app, tenant, `Worker ${at} ${round}`);
        const outcome = status === 200 ? '200' : `${status} ${body.code}`;
        answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
      }
    };
    const workers = Array.from({ length: 24 }, (_, at) => worker(at));
    for (let cut = 0; cut < 4; cut += 1) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await app.look(
        'postgres',
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = $1 AND application_name LIKE 'numoon-feed %'`,
        [app.config.catalogDatabase],
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    load.on = false;
    await Promise.all(workers);
    expect([...answers.keys()]).toEqual(['200']);
  });
});

describe('a change feed that is connected and hears nothing', () => {
  it('is found within 5 s, named by /readyz, made anew, and no suspended tenant goes on', async () => {
    const other = await app.signUp({ isolation: 'schema' });
    expect((await read(app, other)).status).toBe(200);
    const [session] = await app.look<{ pid: number }>(
      'postgres',
      `SELECT pid FROM pg_stat_activity
        WHERE datname = $1 AND application_name LIKE 'numoon-feed %'`,
      [app.config.catalogDatabase],
    );
    const pid = session?.pid ?? 0;
    expect(pid).toBeGreaterThan(0);
    const ready = async () => app.call('GET', '/readyz');
    expect((await ready()).status).toBe(200);
    // The session stands still: its connection is as good as before, and it says nothing.
    process.kill(pid, 'SIGSTOP');
    try {
      const deafAt = performance.now();
      // As another process would: nothing in this one knows it, but for the news.
      await app.look(
        app.config.catalogDatabase,
        `UPDATE tenants SET status = 'suspended' WHERE id = $1`,
        [other.id],
      );
      const codes = new Set<string>();
      while (!codes.has('tenant_suspended')) {
        codes.add(String((await read(app, other)).body.code));
        expect(performance.now() - deafAt).toBeLessThan(8_000);
      }
      expect(performance.now() - deafAt).toBeLessThan(5_500);
      const { status, body } = await ready();
      expect([status, body.code]).toEqual([503, 'not_ready']);
      expect(JSON.stringify(body)).toContain('change-feed');
      while ((await ready()).status !== 200) {
        expect(performance.now() - deafAt).toBeLessThan(15_000);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});
