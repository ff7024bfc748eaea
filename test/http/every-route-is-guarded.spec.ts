import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EdgeRoute } from '../../src/entry/http/edge-route.js';
import { listRoutes } from '../../src/entry/http/route-table.js';
import { Secret } from '../../src/kernel/secret.js';
import {
  ADMIN_TOKEN,
  startTestApp,
  type Answer,
  type SignedUp,
  type TestApp,
} from '../support/test-app.js';
import { controlUrl } from '../support/test-postgres.js';

/**
 * What each route is called with so that it would succeed for the right caller. A route that is not
 * here fails the first test: whoever adds one says here how it is called, and gets its guards tested.
 * `{...}` names a thing of tenant A that is put into the path.
 */
const CALLS: Record<string, { path?: string; body?: unknown }> = {
  'POST /v1/login': {},
  'POST /v1/logout': { body: {} },
  'POST /v1/logout-everywhere': { body: {} },
  'GET /v1/me': {},
  'POST /v1/password': { body: { currentPassword: 'x'.repeat(12), newPassword: 'y'.repeat(12) } },
  'POST /v1/password-resets': {},
  'POST /v1/password-resets/complete': {},
  'POST /v1/invitations/accept': {},
  'GET /v1/members': {},
  'POST /v1/members': { body: { email: 'someone@example.com', role: 'analyst' } },
  'PATCH /v1/members/:id': { path: '/v1/members/{member}', body: { role: 'analyst' } },
  'DELETE /v1/members/:id': { path: '/v1/members/{member}' },
  'GET /v1/api-keys': {},
  'POST /v1/api-keys': { body: { name: 'k', role: 'analyst' } },
  'DELETE /v1/api-keys/:id': { path: '/v1/api-keys/{key}' },
  'GET /v1/tenant': {},
  'PATCH /v1/tenant': { body: { name: 'Renamed' } },
  'GET /v1/audit-log': {},
  'GET /v1/providers': {},
  'GET /v1/integrations': {},
  'POST /v1/integrations': { body: { provider: 'nobody' } },
  'GET /v1/integrations/:id': { path: '/v1/integrations/{integration}' },
  'DELETE /v1/integrations/:id': { path: '/v1/integrations/{integration}' },
  'POST /v1/integrations/:id/reconnect': {
    path: '/v1/integrations/{integration}/reconnect',
    body: {},
  },
  'POST /v1/integrations/:id/sync': { path: '/v1/integrations/{integration}/sync', body: {} },
  'GET /v1/integrations/:id/runs': { path: '/v1/integrations/{integration}/runs' },
  'GET /connect/:token': { path: '/connect/nothing' },
  'POST /connect/:token/account': { path: '/connect/nothing/account' },
  'GET /oauth/callback/:provider': { path: '/oauth/callback/nobody' },
  'GET /v1/metrics': {},
  'GET /v1/metrics/query': { path: '/v1/metrics/query?metric=payments.count' },
  'POST /v1/signup': {},
  'POST /webhooks/:provider': { path: '/webhooks/nobody', body: {} },
  'POST /v1/account/closure': { body: { confirm: 'x', password: 'y' } },
  'DELETE /v1/account/closure': {},
  'GET /v1/closures/:id': {
    path: '/v1/closures/cls_aaaaaaaaaaaaaaaaaaaa?token=aaaaaaaaaaaaaaaaaaaaaaaa',
  },
  'GET /admin/tenants': {},
  'POST /admin/tenants': { body: {} },
  'GET /admin/tenants/:id': { path: '/admin/tenants/{tenant}' },
  'POST /admin/tenants/:id/suspend': { path: '/admin/tenants/{tenant}/suspend', body: {} },
  'POST /admin/tenants/:id/resume': { path: '/admin/tenants/{tenant}/resume', body: {} },
  'POST /admin/tenants/:id/rotate-keys': {
    path: '/admin/tenants/{tenant}/rotate-keys',
    body: {},
  },
  'POST /admin/tenants/:id/retry': { path: '/admin/tenants/{tenant}/retry', body: {} },
  'POST /admin/tenants/:id/close': { path: '/admin/tenants/{tenant}/close', body: {} },
  'GET /admin/deadlines': {},
  'GET /admin/doctor': {},
  'POST /admin/doctor': { body: {} },
  'POST /admin/signup-invitations': { body: {} },
  'GET /healthz': {},
  'GET /readyz': {},
  'GET /metrics': {},
  'GET /': {},
  'GET /join': {},
  'GET /reset-password': {},
  'GET /verify-email': {},
  'POST /v1/email-verifications': {},
  'POST /v1/email-verifications/complete': {},
  'GET /problems/:code': { path: '/problems/unauthenticated' },
  'GET /assets/:file': { path: '/assets/site.css' },
  'GET /openapi.json': {},
  'GET /docs': {},
  'GET /docs/:file': { path: '/docs/swagger-ui.css' },
};

const FIXTURES = fileURLToPath(new URL('../connectors/fixtures', import.meta.url));

const APP_AT_LEMONADE = new Map([
  [
    'lemonade',
    { baseUrl: null, clientId: 'id', clientSecret: new Secret('a secret'), webhookSecrets: [] },
  ],
]);

let app: TestApp;
let routes: EdgeRoute[];
let a: SignedUp & { analyst: string; things: Record<string, string> };
let b: SignedUp;

beforeAll(async () => {
  app = await startTestApp({ stockDatabases: 2, providers: APP_AT_LEMONADE }, controlUrl(), {
    connectorFolders: [FIXTURES],
  });
  routes = listRoutes(app.app);
  const owner = await app.signUp();
  const made = await app.call('POST', '/v1/api-keys', {
    key: owner.key,
    body: { name: 'analyst', role: 'analyst' },
  });
  const members = await app.call('GET', '/v1/members', { key: owner.key });
  const begun = await app.call('POST', '/v1/integrations', {
    key: owner.key,
    body: { provider: 'lemonade' },
  });
  a = {
    ...owner,
    analyst: made.body.key,
    things: {
      member: members.body.items[0].id,
      key: made.body.id,
      tenant: owner.id,
      integration: begun.body.id,
    },
  };
  b = await app.signUp();
});

afterAll(() => app.close());

const nameOf = (route: EdgeRoute): string => `${route.method} ${route.path}`;

function call(route: EdgeRoute, options: { key?: string; things?: Record<string, string> }) {
  const example = CALLS[nameOf(route)];
  const path = (example?.path ?? route.path).replaceAll(
    /\{(\w+)\}/g,
    (_, thing: string) => (options.things ?? a.things)[thing] ?? thing,
  );
  return app.call(route.method, path, {
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(example?.body === undefined ? {} : { body: example.body }),
  });
}

const of = (who: EdgeRoute['access']['who']): EdgeRoute[] =>
  routes.filter((route) => route.access.who === who);

function gist({ status, body }: Answer): unknown {
  return { status, code: (body as { code?: string }).code };
}

describe('every route of the route table', () => {
  it('is listed here with a way to call it', () => {
    expect(routes.map(nameOf).toSorted()).toEqual(Object.keys(CALLS).toSorted());
  });

  it('lets nobody without credentials in, unless it is open', async () => {
    for (const route of [...of('member'), ...of('administrator')]) {
      const answer = await call(route, {});
      expect([nameOf(route), gist(answer)]).toEqual([
        nameOf(route),
        { status: 401, code: 'unauthenticated' },
      ]);
    }
  });

  it('takes no credential of another kind', async () => {
    for (const route of of('member')) {
      expect([nameOf(route), gist(await call(route, { key: ADMIN_TOKEN }))]).toEqual([
        nameOf(route),
        { status: 401, code: 'unauthenticated' },
      ]);
    }
    for (const route of of('administrator')) {
      expect([nameOf(route), gist(await call(route, { key: a.key }))]).toEqual([
        nameOf(route),
        { status: 401, code: 'unauthenticated' },
      ]);
    }
  });

  it('refuses a role that is too small', async () => {
    for (const route of of('member')) {
      const { access } = route;
      if (access.who !== 'member' || access.roles.includes('analyst')) continue;
      expect([nameOf(route), gist(await call(route, { key: a.analyst }))]).toEqual([
        nameOf(route),
        { status: 403, code: 'role_too_small' },
      ]);
    }
  });

  it('answers an id of another tenant exactly like one that does not exist', async () => {
    const missing = {
      member: 'mbr_aaaaaaaaaaaaaaaaaaaa',
      key: 'key_aaaaaaaaaaaaaaaaaaaa',
      integration: 'int_aaaaaaaaaaaaaaaaaaaa',
      tenant: 'tnt_aaaaaaaaaaaaaaaaaaaa',
    };
    const withIds = of('member').filter((route) => route.path.includes(':'));
    expect(withIds.length).toBeGreaterThan(0);
    for (const route of withIds) {
      const foreign = await call(route, { key: b.key });
      const absent = await call(route, { key: b.key, things: missing });
      expect([nameOf(route), foreign.status]).toEqual([nameOf(route), 404]);
      const { requestId: _one, ...foreignBody } = foreign.body as Record<string, unknown>;
      const { requestId: _two, ...absentBody } = absent.body as Record<string, unknown>;
      expect(foreignBody).toEqual(absentBody);
    }
    const mine = await app.call('GET', '/v1/members', { key: a.key });
    expect(mine.body.items).toHaveLength(1);
  });

  it('gives an administrator the same answer for every tenant that does not exist', async () => {
    for (const route of of('administrator').filter((it) => it.path.includes(':id'))) {
      const answer = await call(route, {
        key: ADMIN_TOKEN,
        things: { tenant: 'tnt_aaaaaaaaaaaaaaaaaaaa' },
      });
      expect([nameOf(route), gist(answer)]).toEqual([
        nameOf(route),
        { status: 404, code: 'tenant_not_found' },
      ]);
    }
  });

  it('reads only the rows of the tenant whose key it was', async () => {
    for (const [who, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const tenant = await app.call('GET', '/v1/tenant', { key: who.key });
      expect(tenant.body.id).toBe(who.id);
      const members = await app.call('GET', '/v1/members', { key: who.key });
      expect(JSON.stringify(members.body)).not.toContain(other.email);
    }
  });
});
