import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { GoogleVisit, READONLY } from './google-visit.js';

let sandbox: Sandbox;
let visit: GoogleVisit;

beforeAll(async () => {
  sandbox = await startSandbox();
  visit = new GoogleVisit(sandbox);
});
afterAll(() => sandbox.close());

async function keys(): Promise<ReturnType<typeof createLocalJWKSet>> {
  const { body } = await visit.get('/oauth2/v3/certs');
  return createLocalJWKSet(body as unknown as JSONWebKeySet);
}

describe('the consent page of Google', () => {
  test.each([
    ['no response_type', { response_type: '' }],
    ['an unknown scope', { scope: 'https://www.googleapis.com/auth/everything' }],
    ['an unknown access_type', { access_type: 'always' }],
    ['an unknown parameter', { audience: 'x' }],
    ['another redirect URI', { redirect_uri: 'https://evil.example/' }],
    ['a challenge of another method', { code_challenge_method: 'plain' }],
  ])('refuses %s', async (_what, query) => {
    const answer = await visit.authorize(query as unknown as Record<string, string>);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  test('sends back what was granted, or that it was refused', async () => {
    const yes = new URL((await visit.authorize()).headers.get('location') ?? '').searchParams;
    expect(yes.get('scope')?.split(' ')).toContain(READONLY);
    expect(yes.get('state')).toBe('xyz');
    const no = await visit.authorize({ decision: 'deny' });
    const back = new URL(no.headers.get('location') ?? '').searchParams;
    expect([back.get('error'), back.get('code')]).toEqual(['access_denied', null]);
  });
});

describe('the token endpoint of Google', () => {
  test('gives a signed id token with the sub of the person', async () => {
    const { body } = await visit.connect('owner');
    expect(body).toMatchObject({ expires_in: 3_599, token_type: 'Bearer' });
    const { payload } = await jwtVerify(String(body['id_token']), await keys(), {
      issuer: 'https://accounts.google.com',
      audience: visit.app.clientId,
    });
    expect(payload.sub).toBe('110169484474386276334');
  });

  test('gives no refresh token without access_type=offline, nor a second time without asking again', async () => {
    const online = await visit.connect('owner', { access_type: 'online' });
    expect(online.body).not.toHaveProperty('refresh_token');
    expect((await visit.connect('viewer')).body).toHaveProperty('refresh_token');
    const again = await visit.connect('viewer', { prompt: 'select_account' });
    expect(again.body).not.toHaveProperty('refresh_token');
    expect((await visit.connect('viewer')).body).toHaveProperty('refresh_token');
  });

  test('does not rotate: a refresh answers without a refresh token', async () => {
    await visit.connect('owner');
    const refresh = { grant_type: 'refresh_token', refresh_token: visit.refresh };
    const first = await visit.token(refresh);
    expect([first.status, Object.hasOwn(first.body, 'refresh_token')]).toEqual([200, false]);
    expect((await visit.token(refresh)).status).toBe(200);
  });

  test.each([
    ['a wrong verifier', 'invalid_grant', 400, { code_verifier: 'w'.repeat(64) }],
    ['no verifier', 'invalid_grant', 400, { code_verifier: '' }],
    [
      'another redirect URI',
      'redirect_uri_mismatch',
      400,
      { redirect_uri: 'http://localhost:1/oauth/callback/google-analytics' },
    ],
    ['a wrong secret', 'invalid_client', 401, { client_secret: 'x' }],
    ['another grant type', 'unsupported_grant_type', 400, { grant_type: 'password' }],
    ['a made-up code', 'invalid_grant', 400, { code: '4/0x' }],
  ])('refuses %s with %s', async (_what, error, status, fields) => {
    const answer = await visit.exchange(
      await visit.code(),
      fields as unknown as Record<string, string>,
    );
    expect([answer.status, answer.body['error']]).toEqual([status, error]);
  });

  test('takes a code once', async () => {
    const code = await visit.code();
    expect((await visit.exchange(code)).status).toBe(200);
    expect((await visit.exchange(code)).body['error']).toBe('invalid_grant');
  });

  test('says so where a person left a box unticked', async () => {
    await visit.admin('knobs/google-analytics', { withholdScopes: [READONLY] });
    const { body } = await visit.connect('owner');
    await visit.admin('knobs/google-analytics', { withholdScopes: [] });
    expect(String(body['scope'])).not.toContain(READONLY);
    const answer = await visit.get('/v1beta/accountSummaries');
    expect(answer.body['error']).toMatchObject({
      code: 403,
      details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }],
    });
  });
});

describe('the end of a connection to Google', () => {
  test('revoking any token ends all of the person, and again says that it is gone', async () => {
    const [one, two] = [new GoogleVisit(sandbox), new GoogleVisit(sandbox)];
    await one.connect('analyst');
    await two.connect('analyst');
    expect(await one.token({ token: one.refresh }, '/revoke')).toEqual({ status: 200, body: {} });
    expect((await one.token({ token: one.refresh }, '/revoke')).status).toBe(400);
    const refresh = await two.token({ grant_type: 'refresh_token', refresh_token: two.refresh });
    expect(refresh).toEqual({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    });
    expect((await two.get('/v1beta/accountSummaries')).status).toBe(401);
  });

  test('a property is named to take back what its owner granted', async () => {
    await visit.connect('owner');
    await visit.admin('revoke/google-analytics/310000001', {});
    const answer = await visit.get('/v1beta/accountSummaries');
    expect(answer.body['error']).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
  });

  test('losing a role on a property leaves the token alone', async () => {
    const viewer = new GoogleVisit(sandbox);
    await viewer.connect('viewer');
    const path = 'business/google-analytics/310000002';
    await viewer.admin(path, { kind: 'role', user: 'viewer', has: false });
    expect((await viewer.get('/v1beta/properties/310000002')).status).toBe(403);
    expect(await viewer.get('/v1beta/accountSummaries')).toEqual({ status: 200, body: {} });
    await viewer.admin(path, { kind: 'role', user: 'viewer', has: true });
    expect((await viewer.get('/v1beta/properties/310000002')).status).toBe(200);
  });
});

describe('a security event of Google', () => {
  const got: { type: string; body: string }[] = [];
  let receiver: Server;
  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        got.push({ type: request.headers['content-type'] ?? '', body });
        response.writeHead(202).end();
      });
    });
    await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
  });
  afterAll(() => {
    receiver.close();
  });

  const deliver = async (order: object) => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/google-analytics`;
    await visit.admin('webhooks/google-analytics/owner', {
      url,
      topic: 'tokens-revoked',
      ...order,
    });
    return got.at(-1) ?? { type: '', body: '' };
  };

  test('is a token signed with a published key', async () => {
    const { type, body } = await deliver({ eventId: 'jti-1' });
    expect(type).toBe('application/secevent+jwt');
    const { payload } = await jwtVerify(body, await keys(), {
      issuer: 'https://accounts.google.com/',
      audience: visit.app.clientId,
    });
    expect(payload).toMatchObject({
      jti: 'jti-1',
      events: {
        'https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked': {
          subject: { subject_type: 'iss-sub', sub: '110169484474386276334' },
        },
      },
    });
  });

  test.each(['token-revoked', 'account-disabled', 'verification'])(
    'can be of %s',
    async (topic) => {
      const { body } = await deliver({ topic });
      await expect(jwtVerify(body, await keys())).resolves.toBeDefined();
      expect(Object.keys(decodeJwt(body)['events'] as object)[0]).toMatch(new RegExp(`/${topic}$`));
    },
  );

  test.each(['wrong', 'none'])('can be signed in a %s way', async (signature) => {
    const { body } = await deliver({ signature });
    await expect(jwtVerify(body, await keys())).rejects.toThrow();
  });
});

describe('the properties of a person', () => {
  test('come page by page', async () => {
    await visit.connect('owner');
    const first = await visit.get('/v1beta/accountSummaries?pageSize=1');
    const token = String(first.body['nextPageToken']);
    const second = await visit.get(`/v1beta/accountSummaries?pageSize=1&pageToken=${token}`);
    const names = [first, second].flatMap(({ body }) =>
      (body['accountSummaries'] as { propertySummaries: { property: string }[] }[]).flatMap((one) =>
        one.propertySummaries.map(({ property }) => property),
      ),
    );
    expect(names).toEqual(['properties/310000001', 'properties/310000002', 'properties/310000003']);
    expect(second.body).not.toHaveProperty('nextPageToken');
    expect((await visit.get('/v1beta/accountSummaries?pageToken=x')).status).toBe(400);
  });

  test('are left out once they are in the bin, and say since when', async () => {
    await visit.connect('owner');
    const path = 'business/google-analytics/310000003';
    await visit.admin(path, { kind: 'trash' });
    const { body } = await visit.get('/v1beta/accountSummaries');
    expect(JSON.stringify(body)).not.toContain('310000003');
    expect((await visit.get('/v1beta/properties/310000003')).body).toHaveProperty('deleteTime');
    await visit.admin(path, { kind: 'trash', trashed: false });
  });

  test('may change their zone and currency', async () => {
    await visit.connect('owner');
    const change = { kind: 'settings', timeZone: 'Europe/London', currencyCode: 'GBP' };
    await visit.admin('business/google-analytics/310000002', change);
    expect((await visit.get('/v1beta/properties/310000002')).body).toMatchObject({
      timeZone: 'Europe/London',
      currencyCode: 'GBP',
    });
  });
});
