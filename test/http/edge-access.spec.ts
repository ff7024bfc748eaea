import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { ROLES } from '../../src/tenancy/tenancy.js';
import { TENANT_STATUSES } from '../../src/tenancy/tenant-status.js';
import { ADMIN_TOKEN, bearer, createEdge, type Edge } from './support/edge-app.js';
import { cookieOf, keyOf, overTls } from './support/fake-credentials.js';
import { SampleAdminController, SampleController } from './support/sample.controllers.js';

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge([SampleController, SampleAdminController]);
});
beforeEach(() => {
  edge.credentials.asked = [];
  edge.credentials.failWith = undefined;
});
afterAll(() => edge.app.close());

const get = (url: string, headers: Record<string, string> = {}) => edge.call({ url, headers });

async function outcome(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await edge.call({ method, url, headers });
  return answer.statusCode < 300 ? answer.statusCode : answer.json()['code'];
}

describe('a member route', () => {
  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['another scheme', { authorization: 'Basic bm06bm0=' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['a bare scheme', { authorization: 'Bearer' }],
    ['a stranger’s token', bearer('sk_live_something')],
    ['the admin token', bearer(ADMIN_TOKEN)],
    ['a key nobody knows', bearer('nm_nobody')],
    ['an endless token', bearer(`nm_${'a'.repeat(5_000)}`)],
    ['a key in another place', { 'x-api-key': keyOf('acme', 'owner') }],
    ['an unknown session', { cookie: 'numoon_session=nobody' }],
    ['a session under the name it has over TLS', { cookie: overTls(cookieOf('acme', 'owner')) }],
    ['a session under a longer name', { cookie: `x${cookieOf('acme', 'owner')}` }],
    ['an empty session', { cookie: 'numoon_session=; a=b' }],
    ['an endless session', { cookie: `numoon_session=${'a'.repeat(5_000)}` }],
  ])('does not let in %s', async (_name, headers) => {
    const answer = await get('/v1/tenant', headers);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="NuMoon"');
    expect(answer.json()).toMatchObject({ code: 'unauthenticated' });
  });

  it('asks no database about what cannot be a key', async () => {
    await get('/v1/tenant', bearer(ADMIN_TOKEN));
    await get('/v1/tenant', bearer(`nm_${'a'.repeat(5_000)}`));
    expect(edge.credentials.asked).toEqual([]);
  });

  it('runs in the scope of the caller’s tenant, with the request id', async () => {
    const answer = await get('/v1/tenant', {
      ...bearer(keyOf('acme', 'owner')),
      'x-request-id': '4bf92f3577b34da6a3ce929d0e0e4736',
    });
    expect(answer.json()).toEqual({
      tenantId: 'tnt_acme',
      requestId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });

  it('keeps the scope across the reading of a body', async () => {
    const calls = ['a', 'b', 'c', 'd'].map((tenant) =>
      edge.call({
        method: 'POST',
        url: '/v1/things',
        headers: { ...bearer(keyOf(tenant, 'owner')), 'content-type': 'application/json' },
        payload: JSON.stringify({ text: 'x'.repeat(100_000) }),
      }),
    );
    const answers = await Promise.all(calls);
    expect(answers.map((answer) => answer.json()['tenantId'])).toEqual([
      'tnt_a',
      'tnt_b',
      'tnt_c',
      'tnt_d',
    ]);
  });

  it('takes a session cookie among others', async () => {
    const cookie = `a=b; ${cookieOf('acme', 'analyst')}; c=d`;
    expect(await outcome('/v1/tenant', { cookie })).toBe(200);
  });

  it('lets a bearer token win over a cookie, also when it is wrong', async () => {
    const cookie = cookieOf('other', 'owner');
    const good = await get('/v1/tenant', { cookie, ...bearer(keyOf('acme', 'owner')) });
    expect(good.json()).toMatchObject({ tenantId: 'tnt_acme' });
    expect(await outcome('/v1/tenant', { cookie, ...bearer('nm_wrong') })).toBe('unauthenticated');
    expect(await outcome('/v1/tenant', { cookie, authorization: 'bearer nm_wrong' })).toBe(
      'unauthenticated',
    );
  });

  it('lets the cookie count beside a proxy’s Basic', async () => {
    const headers = { cookie: cookieOf('acme', 'owner'), authorization: 'Basic YTpi' };
    expect(await outcome('/v1/tenant', headers)).toBe(200);
  });

  it('answers 503, not 401, when credentials cannot be checked', async () => {
    edge.credentials.failWith = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
    const answer = await get('/v1/tenant', bearer(keyOf('acme', 'owner')));
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'database_unavailable' });
  });

  it('checks credentials before it reads the body', async () => {
    const answer = await edge.call({
      method: 'POST',
      url: '/v1/things',
      headers: { 'content-type': 'text/plain' },
      payload: 'x',
    });
    expect(answer.statusCode).toBe(401);
  });
});

describe('roles', () => {
  const NEEDS: [string, string, string[]][] = [
    ['GET', '/v1/tenant', ['owner', 'admin', 'analyst']],
    ['GET', '/v1/things', ['owner', 'admin']],
    ['GET', '/v1/things/1', ['owner', 'admin']],
    ['PATCH', '/v1/things/1', ['owner']],
    ['DELETE', '/v1/things/1', ['owner']],
  ];
  const cases = NEEDS.flatMap(([method, url, roles]) =>
    ROLES.map((role) => [method, url, role, roles.includes(role)] as const),
  );

  it.each(cases)('%s %s as %s: %s', async (method, url, role, allowed) => {
    const expected = allowed ? (method === 'DELETE' ? 204 : 200) : 'role_too_small';
    expect(await outcome(url, bearer(keyOf('acme', role)), method)).toBe(expected);
    const cookie = { cookie: cookieOf('acme', role), 'sec-fetch-site': 'same-origin' };
    expect(await outcome(url, cookie, method)).toBe(expected);
  });
});

function expected(status: string, role: string, whileClosing: boolean) {
  if (status === 'active') return 200;
  if (status === 'suspended') return 'tenant_suspended';
  if (status !== 'closing') return 'unauthenticated';
  return whileClosing && role === 'owner' ? 200 : 'tenant_closing';
}

describe('the state of the tenant', () => {
  const cases = TENANT_STATUSES.flatMap((status) =>
    (['owner', 'admin'] as const).map((role) => [status, role] as const),
  );

  it.each(cases)('%s, for the role %s', async (status, role) => {
    const headers = bearer(keyOf('acme', role, status));
    expect(await outcome('/v1/things/1', headers)).toBe(expected(status, role, true));
    expect(await outcome('/v1/tenant', headers)).toBe(expected(status, role, false));
  });
});

describe('an administrator’s route', () => {
  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['an owner’s key', bearer(keyOf('acme', 'owner'))],
    ['an owner’s session', { cookie: cookieOf('acme', 'owner') }],
    ['almost the token', bearer(ADMIN_TOKEN.slice(0, -1))],
    ['the token and more', bearer(`${ADMIN_TOKEN}x`)],
    ['the token in a cookie', { cookie: `numoon_session=${ADMIN_TOKEN}` }],
  ])('does not let in %s', async (_name, headers) => {
    expect(await outcome('/admin/tenants', headers)).toBe('unauthenticated');
    expect(await outcome('/admin/tenants', headers, 'POST')).toBe('unauthenticated');
  });

  it('lets the admin token in', async () => {
    expect(await outcome('/admin/tenants', bearer(ADMIN_TOKEN))).toBe(200);
  });
});

describe('where the address is https', () => {
  let secure: Edge;
  beforeAll(async () => {
    const config = { publicUrl: 'https://app.example.com' };
    secure = await createEdge([SampleController], { config });
  });
  afterAll(() => secure.app.close());

  const bare = cookieOf('acme', 'owner');
  const good = overTls(cookieOf('acme', 'analyst'));

  it('a session counts under the name that only TLS can set', async () => {
    const answer = await secure.call({ url: '/v1/tenant', headers: { cookie: good } });
    expect(answer.statusCode).toBe(200);
    const both = await secure.call({ url: '/v1/tenant', headers: { cookie: `${bare}; ${good}` } });
    expect(both.json()).toMatchObject({ tenantId: 'tnt_acme' });
    expect(secure.credentials.asked).toEqual(Array(2).fill('acme.analyst.active'));
  });

  it.each([
    ['GET', '/v1/tenant'],
    ['PATCH', '/v1/things/1'],
  ])('%s %s is not open to its bare name, which is not even looked up', async (method, url) => {
    secure.credentials.asked = [];
    const headers = { cookie: bare, 'sec-fetch-site': 'same-origin' };
    const answer = await secure.call({ method, url, headers });
    expect([answer.statusCode, answer.json()['code']]).toEqual([401, 'unauthenticated']);
    expect(secure.credentials.asked).toEqual([]);
  });
});

it('a holder’s route runs for no tenant', async () => {
  const answer = await edge.call({ method: 'POST', url: '/v1/invitations/accept' });
  expect(answer.json()).toEqual({ central: true });
});

it('a route that does not say who may call it stops the start-up', async () => {
  @Controller('silent')
  class SilentController {
    @Get('one')
    one(): void {}
    @Get('two/:id')
    two(): void {}
  }
  await expect(createEdge([SampleController, SilentController])).rejects.toMatchObject({
    code: 'access_not_declared',
    fields: {
      routes: [
        '/silent/one GET (SilentController.one)',
        '/silent/two/:id GET (SilentController.two)',
      ],
    },
  });
});
