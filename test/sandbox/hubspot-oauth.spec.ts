import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { HubSpotVisit, REDIRECT, SCOPES } from './hubspot-visit.js';

let sandbox: Sandbox;
let visit: HubSpotVisit;

beforeAll(async () => {
  sandbox = await startSandbox({ now: () => Date.parse('2026-11-25T12:00:00Z') });
  visit = new HubSpotVisit(sandbox);
});
afterAll(() => sandbox.close());

describe('the consent page of HubSpot', () => {
  test.each([
    ['a scope that is required is not asked for', { scope: 'oauth' }],
    ['a scope that the app is not registered with', { scope: `${SCOPES} crm.lists.read` }],
    ['an optional scope of no app', { optional_scope: 'crm.objects.owners.read' }],
    ['another redirect URI', { redirect_uri: 'https://evil.example/oauth/callback/hubspot' }],
    ['another app', { client_id: 'nobody' }],
    ['PKCE by another method', { code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }],
  ])('refuses %s', async (_what, query) => {
    const answer = await visit.authorize(query as unknown as Record<string, string>);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  test('sends a refusal back with the state', async () => {
    const answer = await visit.authorize({ decision: 'deny' });
    const back = new URL(answer.headers.get('location') ?? '');
    expect([back.searchParams.get('error'), back.searchParams.get('state')]).toEqual([
      'access_denied',
      'xyz',
    ]);
  });

  test('lets a hub be chosen by its number in the path', async () => {
    const answer = await visit.authorize({}, '/oauth/51200934/authorize');
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const grant = { grant_type: 'authorization_code', redirect_uri: REDIRECT, code };
    expect((await visit.token(grant)).body['hub_id']).toBe(51_200_934);
  });
});

describe('the token endpoint of HubSpot', () => {
  test('gives a long access token for half an hour, the hub and what was granted', async () => {
    const { body } = await visit.connect('acme', { optional_scope: 'settings.currencies.read' });
    expect(body).toMatchObject({
      token_type: 'bearer',
      token_use: 'access_token',
      expires_in: 1_800,
      hub_id: 24_310_587,
      scopes: [...SCOPES.split(' '), 'settings.currencies.read'],
    });
    expect(String(body['access_token']).length).toBeGreaterThan(255);
  });

  test.each([
    [
      'a code used twice',
      'BAD_AUTH_CODE',
      async () => {
        const code = await visit.code();
        const fields = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
        await visit.token(fields);
        return fields;
      },
    ],
    [
      'another redirect URI than before',
      'BAD_REDIRECT_URI',
      async () => ({
        grant_type: 'authorization_code',
        code: await visit.code(),
        redirect_uri: 'http://localhost:3001/oauth/callback/hubspot',
      }),
    ],
    [
      'a verifier that does not fit',
      'BAD_AUTH_CODE',
      async () => ({
        grant_type: 'authorization_code',
        code: await visit.code({ code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }),
        redirect_uri: REDIRECT,
        code_verifier: 'b'.repeat(43),
      }),
    ],
    [
      'an unknown refresh token',
      'BAD_REFRESH_TOKEN',
      () => ({
        grant_type: 'refresh_token',
        refresh_token: 'na1-nothing',
      }),
    ],
    [
      'a wrong secret',
      'BAD_CLIENT_SECRET',
      () => ({
        grant_type: 'refresh_token',
        refresh_token: 'x',
        client_secret: 'x',
      }),
    ],
    ['another grant type', 'BAD_GRANT_TYPE', () => ({ grant_type: 'password' })],
  ])('refuses %s with %s', async (_what, status, fields) => {
    const answer = await visit.token((await fields()) as Record<string, string>);
    expect([answer.status, answer.body['status']]).toEqual([400, status]);
  });

  test('takes nothing but a form: no query, no JSON, no Basic header', async () => {
    const { clientId, clientSecret } = visit.app;
    const fields = { grant_type: 'refresh_token', refresh_token: 'x', client_id: clientId };
    const query = new URLSearchParams({ ...fields, client_secret: clientSecret }).toString();
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const path = '/oauth/2026-03/token';
    const answers = [
      await visit.call('POST', `${path}?${query}`, new URLSearchParams()),
      await visit.post(path, { ...fields, client_secret: clientSecret }),
      await visit.call('POST', path, new URLSearchParams(fields), {
        authorization: `Basic ${basic}`,
      }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([400, 415, 400]);
  });

  test('keeps the refresh token over a refresh', async () => {
    await visit.connect('acme');
    const { body } = await visit.token({
      grant_type: 'refresh_token',
      refresh_token: visit.refresh,
    });
    expect(body['refresh_token']).toBe(visit.refresh);
    expect(body['access_token']).not.toBe(visit.access);
  });

  test.each(['/oauth/v1/token', '/oauth/v3/token', '/oauth/2025-09/token'])(
    'is not at %s',
    async (path) => expect((await visit.token({}, path)).status).toBe(404),
  );
});

describe('the end of a connection to HubSpot', () => {
  test('a revoked refresh token is dead, while its access token lives on', async () => {
    const other = new HubSpotVisit(sandbox);
    await other.connect('solo');
    const revoke = () => other.token({ token: other.refresh }, '/oauth/2026-03/token/revoke');
    expect((await revoke()).status).toBe(200);
    const refresh = await other.token({
      grant_type: 'refresh_token',
      refresh_token: other.refresh,
    });
    expect(refresh.body).toMatchObject({
      status: 'BAD_REFRESH_TOKEN',
      message: 'missing or invalid refresh token',
    });
    expect((await other.get('/account-info/2026-03/details')).status).toBe(200);
    expect((await revoke()).status).toBe(400);
  });

  test('an uninstall ends every connection of the hub', async () => {
    const [one, two] = [new HubSpotVisit(sandbox), new HubSpotVisit(sandbox)];
    await one.connect('test');
    await two.connect('test');
    expect((await one.call('DELETE', '/appinstalls/2026-03/external-install')).status).toBe(204);
    expect((await two.get('/account-info/2026-03/details')).status).toBe(401);
    const refresh = await two.token({ grant_type: 'refresh_token', refresh_token: two.refresh });
    expect(refresh.body['status']).toBe('BAD_REFRESH_TOKEN');
    const about = await two.token({ token: two.refresh }, '/oauth/2026-03/token/introspect');
    expect(about.body).toEqual({ active: false });
  });

  test('an expired access token is told as expired, and a made-up one is not', async () => {
    await visit.connect('acme');
    await visit.admin('expire/hubspot/acme', {});
    const answer = await visit.get('/account-info/2026-03/details');
    expect([answer.status, answer.body['category']]).toEqual([401, 'EXPIRED_AUTHENTICATION']);
    visit.access = 'made-up';
    const other = await visit.get('/account-info/2026-03/details');
    expect([other.status, other.body['category']]).toEqual([401, 'INVALID_AUTHENTICATION']);
    expect(other.body['correlationId']).toEqual(expect.any(String));
  });
});
