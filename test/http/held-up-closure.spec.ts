import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ADMIN_TOKEN, callApi, startTestApp, type TestApp } from '../support/test-app.js';
import { runSql } from '../support/temp-servers.js';
import { adminUrl, databaseUrl } from '../support/test-postgres.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ stockDatabases: 1, stockSchemas: 0 });
});

afterAll(() => app.close());

const asAdministrator = { key: ADMIN_TOKEN };

interface Status {
  status: string;
  steps: { step: string }[];
  heldUp: object | null;
  evidence: { found: number }[];
}

async function statusWhen(url: string, isSo: (body: Status) => boolean): Promise<Status> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { body } = await callApi(url, 'GET', '', {});
    if (isSo(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The status did not come to that.');
}

it('a purge held up by an administrator’s session says so, and goes on when it is asked to', async () => {
  const tenant = await app.signUp({ isolation: 'database' });
  const { placement } = (await app.call('GET', `/admin/tenants/${tenant.id}`, asAdministrator))
    .body;
  const monitor = new Client({ connectionString: databaseUrl(adminUrl(), placement.database) });
  monitor.on('error', () => undefined);
  await monitor.connect();
  const { rows } = await monitor.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const statement = `SELECT pg_terminate_backend(${rows[0]?.pid});`;

  const closed = await app.call('POST', '/v1/account/closure', {
    key: tenant.key,
    body: { confirm: tenant.slug, password: tenant.password, graceDays: 0 },
  });
  const held = await statusWhen(closed.body.statusUrl, (body) => body.heldUp !== null);

  // Who holds the link learns of what kind it is; no number, no name.
  expect(held).toMatchObject({ status: 'purging', heldUp: { by: ['session'], tries: 1 } });
  expect(JSON.stringify(held)).not.toContain(placement.database);
  expect(held.steps.map(({ step }) => step)).toEqual([
    'end-sessions',
    'forget-keys',
    'destroy-keys',
  ]);
  const heldUp = [{ kind: 'session', database: null, statement }];
  const deadlines = await app.call('GET', '/admin/deadlines', asAdministrator);
  expect(deadlines.body.items).toContainEqual(
    expect.objectContaining({
      tenantId: tenant.id,
      retry: expect.objectContaining({ step: 'drop-place', code: 'sqlstate_55006', heldUp }),
    }),
  );
  const doctor = await app.call('GET', '/admin/doctor', asAdministrator);
  expect(doctor.body.healthy).toBe(false);
  expect(doctor.body.failing).toContainEqual(
    expect.objectContaining({ work: 'purge', subject: tenant.id, heldUp }),
  );

  // As after many failures.
  await app.look(
    app.config.catalogDatabase,
    `UPDATE retries SET due_at = now() + interval '1 hour' WHERE subject = $1`,
    [tenant.id],
  );
  await runSql(adminUrl(), statement);
  await monitor.end().catch(() => undefined);
  const path = `/admin/tenants/${tenant.id}/retry`;
  expect((await app.call('POST', path, { key: tenant.key })).status).toBe(401);
  const retried = await app.call('POST', path, asAdministrator);
  expect(retried).toMatchObject({ status: 202, body: { tenantId: tenant.id, retried: ['purge'] } });

  const over = await statusWhen(closed.body.statusUrl, (body) => body.status === 'purged');
  expect(over.heldUp).toBeNull();
  expect(over.evidence.every(({ found }) => found === 0)).toBe(true);
  expect((await app.call('GET', '/admin/doctor', asAdministrator)).body.failing).toEqual([]);
});

it('asking for another try of nothing, and of nobody, is answered as such', async () => {
  const { id } = await app.signUp();
  const nothing = await app.call('POST', `/admin/tenants/${id}/retry`, asAdministrator);
  expect(nothing).toMatchObject({ status: 202, body: { retried: [] } });
  const nobody = await app.call(
    'POST',
    '/admin/tenants/tnt_00000000000000000000/retry',
    asAdministrator,
  );
  expect(nobody.status).toBe(404);
});
