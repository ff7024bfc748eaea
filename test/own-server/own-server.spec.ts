import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { adminUrl } from '../support/test-postgres.js';
import { ADMIN_TOKEN, callApi, startTestApp, type TestApp } from '../support/test-app.js';
import {
  startSystemPostgres,
  systemBinaries,
  type SystemPostgres,
} from '../support/system-postgres.js';

const bin = systemBinaries();
const onSystemServer = bin === null ? describe.skip : describe;

async function wholeLife(app: TestApp, isolation: string): Promise<void> {
  const tenant = await app.signUp({ isolation });
  const shown = await app.call('GET', '/v1/tenant', { key: tenant.key });
  expect(shown.body).toMatchObject({ id: tenant.id, isolation, status: 'active' });
  const closed = await app.call('POST', '/v1/account/closure', {
    key: tenant.key,
    body: { confirm: tenant.slug, password: tenant.password, graceDays: 0 },
  });
  let status = '';
  for (let tries = 0; status !== 'purged' && tries < 200; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    status = (await callApi(closed.body.statusUrl, 'GET', '', {})).body.status;
  }
  expect(status).toBe('purged');
  const doctor = await app.call('GET', '/admin/doctor', { key: ADMIN_TOKEN });
  expect(doctor.body).toMatchObject({ orphans: [], missing: [] });
}

describe('with DATABASE_URL and a role that may only CREATEDB and CREATEROLE', () => {
  let app: TestApp;
  const role = `own_${process.pid}_${Date.now()}`;

  beforeAll(async () => {
    await asAdmin(
      adminUrl(),
      `CREATE ROLE ${role} LOGIN CREATEDB CREATEROLE PASSWORD 'own-secret'`,
    );
    await asAdmin(adminUrl(), `GRANT CONNECT ON DATABASE postgres TO ${role}`);
    const url = new URL(adminUrl());
    url.username = role;
    url.password = 'own-secret';
    url.pathname = '/postgres';
    app = await startTestApp({}, url.href);
  });

  afterAll(async () => {
    await app.close();
    await asAdmin(adminUrl(), `REVOKE CONNECT ON DATABASE postgres FROM ${role}`);
    await asAdmin(adminUrl(), `DROP ROLE ${role}`);
  });

  it.each(['database', 'schema'])('a whole life with isolation %s', (isolation) =>
    wholeLife(app, isolation),
  );
});

onSystemServer('on the PostgreSQL that the machine has installed', () => {
  let postgres: SystemPostgres;
  let app: TestApp;

  beforeAll(async () => {
    postgres = await startSystemPostgres(bin ?? '');
    await asAdmin(
      postgres.adminUrl,
      `CREATE ROLE own LOGIN CREATEDB CREATEROLE PASSWORD 'own-secret'`,
    );
    const url = new URL(postgres.adminUrl);
    url.username = 'own';
    url.password = 'own-secret';
    app = await startTestApp({}, url.href);
  });

  afterAll(async () => {
    await app?.stop();
    await postgres?.stop();
  });

  it.each(['database', 'schema'])('a whole life with isolation %s', (isolation) =>
    wholeLife(app, isolation),
  );
});

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
