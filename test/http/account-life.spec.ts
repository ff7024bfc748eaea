import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_TOKEN, callApi, startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ stockDatabases: 2, stockSchemas: 1 });
});

afterAll(() => app.close());

async function placementOf(id: string) {
  const answer = await app.call('GET', `/admin/tenants/${id}`, { key: ADMIN_TOKEN });
  return answer.body.placement as { database: string; schema: string; role: string };
}

async function existsOnServer(place: {
  database: string;
  role: string;
}): Promise<[number, number]> {
  const [row] = await app.look<{ databases: number; roles: number }>(
    'postgres',
    `SELECT (SELECT count(*)::int FROM pg_database WHERE datname = $1) AS databases,
            (SELECT count(*)::int FROM pg_roles WHERE rolname = $2) AS roles`,
    [place.database, place.role],
  );
  return [row?.databases ?? -1, row?.roles ?? -1];
}

async function untilPurged(statusUrl: string): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await callApi(statusUrl, 'GET', '', {});
    if (answer.body.status === 'purged') return answer.body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The purge did not end.');
}

describe.each(['database', 'schema'])('an account with isolation %s', (isolation) => {
  it('is usable when signup answers, and gone with proof when it was closed', async () => {
    const tenant = await app.signUp({ isolation });
    const place = await placementOf(tenant.id);
    expect(await existsOnServer(place)).toEqual([1, 1]);
    expect((await app.call('GET', '/v1/tenant', { key: tenant.key })).body).toMatchObject({
      id: tenant.id,
      isolation,
      status: 'active',
    });

    const closed = await app.call('POST', '/v1/account/closure', {
      key: tenant.key,
      body: { confirm: tenant.slug, password: tenant.password, graceDays: 0 },
    });
    expect(closed.status).toBe(202);
    const status = await untilPurged(closed.body.statusUrl);

    expect((status.evidence as { found: number }[]).every(({ found }) => found === 0)).toBe(true);
    const [databases, roles] = await existsOnServer(place);
    expect(roles).toBe(0);
    expect(databases).toBe(isolation === 'database' ? 0 : 1);
    expect((await app.call('GET', '/v1/me', { key: tenant.key })).status).toBe(401);
    const login = await app.call('POST', '/v1/login', {
      body: { email: tenant.email, password: tenant.password },
    });
    expect(login.body.code).toBe('login_failed');
    const rows = await app.look<{ found: number }>(
      app.config.catalogDatabase,
      `SELECT (SELECT count(*) FROM placements WHERE tenant_id = $1)::int
            + (SELECT count(*) FROM sign_ins WHERE tenant_id = $1)::int
            + (SELECT count(*) FROM slugs WHERE tenant_id = $1)::int AS found`,
      [tenant.id],
    );
    expect(rows[0]?.found).toBe(0);
  });
});

describe('closing', () => {
  it('fences at once, leaves reading and cancelling to the owner, and can be cancelled', async () => {
    const tenant = await app.signUp();
    const analyst = await app.call('POST', '/v1/api-keys', {
      key: tenant.key,
      body: { name: 'reports', role: 'analyst' },
    });
    const closed = await app.call('POST', '/v1/account/closure', {
      key: tenant.key,
      body: { confirm: tenant.slug, password: tenant.password, graceDays: 29 },
    });
    expect(closed.status).toBe(202);

    expect((await app.call('GET', '/v1/tenant', { key: tenant.key })).body.status).toBe('closing');
    const write = await app.call('POST', '/v1/api-keys', {
      key: tenant.key,
      body: { name: 'late', role: 'analyst' },
    });
    expect(write.body.code).toBe('tenant_closing');
    const other = await app.call('GET', '/v1/tenant', { key: analyst.body.key });
    expect(other.body.code).toBe('tenant_closing');
    const deadlines = await app.call('GET', '/admin/deadlines', { key: ADMIN_TOKEN });
    expect(deadlines.body.items).toContainEqual(
      expect.objectContaining({ tenantId: tenant.id, kind: 'purge', overdueSeconds: 0 }),
    );

    const again = await app.call('POST', '/v1/account/closure', {
      key: tenant.key,
      body: { confirm: tenant.slug, password: tenant.password, graceDays: 0 },
    });
    expect(again.body).toEqual(closed.body);

    expect((await app.call('DELETE', '/v1/account/closure', { key: tenant.key })).status).toBe(204);
    expect((await app.call('GET', '/v1/tenant', { key: tenant.key })).body.status).toBe('active');
    const twice = await app.call('DELETE', '/v1/account/closure', { key: tenant.key });
    expect(twice.body.code).toBe('closure_not_cancellable');
  });

  it('needs the right slug and the owner password, also with an API key', async () => {
    const tenant = await app.signUp();
    const close = (body: object) =>
      app.call('POST', '/v1/account/closure', { key: tenant.key, body });
    expect((await close({ confirm: 'other', password: tenant.password })).body.code).toBe(
      'closure_slug_mismatch',
    );
    expect((await close({ confirm: tenant.slug, password: 'not the password' })).body.code).toBe(
      'closure_password_wrong',
    );
    expect((await close({ confirm: tenant.slug })).status).toBe(422);
    expect((await app.call('GET', '/v1/tenant', { key: tenant.key })).body.status).toBe('active');
  });

  it('has one effect when asked twice at the same time', async () => {
    const tenant = await app.signUp();
    const body = { confirm: tenant.slug, password: tenant.password, graceDays: 5 };
    const [one, two] = await Promise.all([
      app.call('POST', '/v1/account/closure', { key: tenant.key, body }),
      app.call('POST', '/v1/account/closure', { key: tenant.key, body }),
    ]);
    const ids = [one, two].filter((it) => it.status === 202).map((it) => it.body.closureId);
    expect(new Set(ids).size).toBe(1);
    const rows = await app.look(
      app.config.catalogDatabase,
      'SELECT id FROM closures WHERE tenant_id = $1',
      [tenant.id],
    );
    expect(rows).toHaveLength(1);
  });

  it('shows its status to nobody without the link', async () => {
    const tenant = await app.signUp();
    const closed = await app.call('POST', '/v1/account/closure', {
      key: tenant.key,
      body: { confirm: tenant.slug, password: tenant.password },
    });
    const wrong = await app.call(
      'GET',
      `/v1/closures/${closed.body.closureId}?token=${'a'.repeat(43)}`,
    );
    expect([wrong.status, wrong.body.code]).toEqual([404, 'closure_not_found']);
  });
});

const signup = (email: string, key: string, organization = 'Twice Ltd') =>
  app.call('POST', '/v1/signup', {
    headers: { 'idempotency-key': key },
    body: { organization, owner: { name: 'T', email, password: 'correct horse battery' } },
  });

describe('an Idempotency-Key', () => {
  it('makes two signups at the same time one account with one answer', async () => {
    const answers = await Promise.all([
      signup('twice@example.com', 'twice'),
      signup('twice@example.com', 'twice'),
    ]);
    const made = answers.filter((it) => it.status === 201);
    const busy = answers.filter((it) => it.body.code === 'idempotency_in_progress');
    expect(made.length + busy.length).toBe(2);
    const replay = await signup('twice@example.com', 'twice');
    expect(replay.body).toEqual(made[0]?.body);
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    const [row] = await app.look<{ count: number }>(
      app.config.catalogDatabase,
      'SELECT count(*)::int AS count FROM tenants WHERE id = $1',
      [replay.body.tenant.id],
    );
    expect(row?.count).toBe(1);
  });

  it('is refused for another request', async () => {
    await signup('once@example.com', 'once');
    const other = await signup('once@example.com', 'once', 'Something Else');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  it('keeps no key in clear, neither the client nor the API key it answers', async () => {
    const made = await signup('sealed@example.com', 'a-very-recognisable-idempotency-key');
    const rows = await app.look<{ text: string }>(
      app.config.catalogDatabase,
      `SELECT encode(sealed, 'escape') || encode(key_hash, 'escape') || encode(fingerprint, 'escape') AS text
         FROM sealed_responses WHERE sealed IS NOT NULL`,
    );
    const all = rows.map((row) => row.text).join('\n');
    expect(rows.length).toBeGreaterThan(0);
    expect(all).not.toContain(made.body.apiKey);
    expect(all).not.toContain('recognisable');
  });

  it('may be used again after a call that failed', async () => {
    const weak = await app.call('POST', '/v1/signup', {
      headers: { 'idempotency-key': 'retry' },
      body: {
        organization: 'Retry',
        owner: { name: 'R', email: 'retry@example.com', password: 'password' },
      },
    });
    expect(weak.status).toBe(422);
    expect((await signup('retry@example.com', 'retry')).status).toBe(201);
  });

  it('replays an answer of a tenant to that tenant alone', async () => {
    const [a, b] = [await app.signUp(), await app.signUp()];
    const make = (key: string) =>
      app.call('POST', '/v1/api-keys', {
        key,
        headers: { 'idempotency-key': 'same' },
        body: { name: 'ci', role: 'analyst' },
      });
    const first = await make(a.key);
    expect((await make(a.key)).body).toEqual(first.body);
    expect((await make(b.key)).body.id).not.toBe(first.body.id);
  });
});

describe('signup', () => {
  it('works with an empty stock', async () => {
    const many = await Promise.all(Array.from({ length: 5 }, () => app.signUp()));
    expect(new Set(many.map((tenant) => tenant.id)).size).toBe(5);
    for (const tenant of many) {
      expect((await app.call('GET', '/v1/tenant', { key: tenant.key })).status).toBe(200);
    }
  });

  it('leaves no name and no address in the catalog', async () => {
    const tenant = await app.signUp({ organization: 'Quetzalcoatl Import' });
    const tables = await app.look<{ name: string }>(
      app.config.catalogDatabase,
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of tables) {
      const rows = await app.look(app.config.catalogDatabase, `SELECT * FROM "${name}"`);
      const text = JSON.stringify(rows, (_, value: unknown) =>
        Buffer.isBuffer(value) ? value.toString('latin1') : value,
      ).toLowerCase();
      expect([name, text.includes('quetzalcoatl')]).toEqual([name, false]);
      expect([name, text.includes(tenant.email)]).toEqual([name, false]);
    }
  });

  it.each([
    ['emoji', '🦊🦊🦊'],
    ['right-to-left', 'مقهى الطائر'],
    ["'; drop database", "'; drop database postgres; --"],
  ])('makes a safe slug of a name in %s', async (_, organization) => {
    const tenant = await app.signUp({ organization });
    expect(tenant.slug).toMatch(/^[a-z0-9](?:-?[a-z0-9])*$/);
    const shown = await app.call('GET', '/v1/tenant', { key: tenant.key });
    expect(shown.body.name).toBe(organization);
  });

  it('counts against its limits, and says when to come back', async () => {
    const limited = await startTestApp({ signupsPerAddressHour: 2, stockDatabases: 0 });
    try {
      await limited.signUp({ isolation: 'schema' });
      await limited.signUp({ isolation: 'schema' });
      const refused = await limited.call('POST', '/v1/signup', {
        body: {
          organization: 'Third',
          owner: { name: 'T', email: 'third@example.com', password: 'correct horse battery' },
        },
      });
      expect([refused.status, refused.body.code]).toEqual([429, 'signup_limit']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    } finally {
      await limited.close();
    }
  });

  it('can be by invitation, each code for one account', async () => {
    const invited = await startTestApp({ signup: 'invite', stockDatabases: 0 });
    try {
      const made = await invited.call('POST', '/admin/signup-invitations', {
        key: ADMIN_TOKEN,
        body: {},
      });
      const attempt = (invitation?: string) =>
        invited.call('POST', '/v1/signup', {
          body: {
            organization: 'Guest',
            isolation: 'schema',
            owner: { name: 'G', email: 'guest@example.com', password: 'correct horse battery' },
            ...(invitation === undefined ? {} : { invitation }),
          },
        });
      expect((await attempt()).body.code).toBe('signup_invitation_invalid');
      expect((await attempt(made.body.invitation)).status).toBe(201);
      expect((await attempt(made.body.invitation)).body.code).toBe('signup_invitation_invalid');
    } finally {
      await invited.close();
    }
  });
});

describe('an administrator', () => {
  it('suspends and resumes a tenant, at once', async () => {
    const tenant = await app.signUp();
    const act = (verb: string) =>
      app.call('POST', `/admin/tenants/${tenant.id}/${verb}`, { key: ADMIN_TOKEN, body: {} });
    expect((await act('suspend')).body.status).toBe('suspended');
    expect((await app.call('GET', '/v1/me', { key: tenant.key })).body.code).toBe(
      'tenant_suspended',
    );
    expect((await act('suspend')).body.code).toBe('tenant_move_refused');
    expect((await act('resume')).body.status).toBe('active');
    expect((await app.call('GET', '/v1/me', { key: tenant.key })).status).toBe(200);
  });

  it('finds nothing to complain of', async () => {
    const doctor = await app.call('GET', '/admin/doctor', { key: ADMIN_TOKEN });
    expect(doctor.body).toMatchObject({ orphans: [], missing: [], overdue: [], secrets: null });
  });
});
