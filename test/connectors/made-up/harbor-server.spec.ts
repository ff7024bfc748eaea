import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HarborServer } from './harbor-server.js';

const BACK = 'http://127.0.0.1/oauth/callback/harbor';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

interface Pair {
  access_token: string;
  refresh_token: string;
}

let harbor: HarborServer;
let base: string;
let access: string;

beforeAll(async () => {
  harbor = await HarborServer.start();
  harbor.register(BACK);
  base = (harbor.settings.baseUrl ?? '').replace('/{host}', '');
  access = (await pair()).access_token;
});

afterAll(() => harbor.close());

const code = async (change: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    client_id: harbor.clientId,
    redirect_uri: BACK,
    response_type: 'code',
    scope: 'depots:read parcels:read',
    state: 's',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    decision: 'approve',
    ...change,
  });
  const url = `${base}/id.harbor.example/oauth/authorize?${query}`;
  return fetch(url, { redirect: 'manual' });
};

async function token(form: Record<string, string>): Promise<{ status: number; body: Pair }> {
  const { clientId, clientSecret } = harbor.settings;
  const proof = Buffer.from(`${clientId}:${clientSecret?.reveal()}`).toString('base64');
  const answer = await fetch(`${base}/id.harbor.example/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${proof}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
  });
  return { status: answer.status, body: (await answer.json()) as Pair };
}

async function exchange(verifier = VERIFIER) {
  const back = new URL((await code()).headers.get('location') ?? '');
  const form = { code: back.searchParams.get('code') ?? '', redirect_uri: BACK };
  const grant = { grant_type: 'authorization_code', ...form, code_verifier: verifier };
  return { grant, ...(await token(grant)) };
}

const pair = async (): Promise<Pair> => (await exchange()).body;

const refresh = (refreshToken: string) =>
  token({ grant_type: 'refresh_token', refresh_token: refreshToken });

const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${base}/api.harbor.example/v2${path}`, {
    headers: { authorization: `Bearer ${access}`, 'harbor-version': '2026-02', ...headers },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

describe('the stand-in of Harbor', () => {
  test.each([
    ['another redirect', { redirect_uri: 'http://127.0.0.1/elsewhere' }],
    ['PKCE in the clear', { code_challenge_method: 'plain' }],
    ['a scope that is none', { scope: 'parcels:write' }],
    ['another app', { client_id: 'other' }],
    ['a parameter it does not know', { prompt: 'none' }],
  ])('refuses a consent page with %s', async (_what, change) => {
    expect((await code(change)).status).toBe(400);
  });

  test('gives tokens for a code once, and to the one alone who asked for it', async () => {
    const { grant, status } = await exchange();
    expect(status).toBe(200);
    expect((await token(grant)).status).toBe(400);
    expect((await exchange('w'.repeat(43))).status).toBe(400);
  });

  test('takes the refresh token before for a while; an older one ends all that came of it', async () => {
    const first = await pair();
    const second = (await refresh(first.refresh_token)).body;
    expect((await refresh(first.refresh_token)).status).toBe(200);
    expect((await refresh(second.refresh_token)).status).toBe(400);
    expect(harbor.grants.all.at(-1)?.ended).toBe(true);
  });

  test.each([
    ['a path that is none', '/depots/north-quay/nothing', {}, 404],
    ['a depot of another fleet', '/depots/far-away/shelf', {}, 404],
    ['no version', '/depots', { 'harbor-version': '' }, 400],
    ['a token that is none', '/depots', { authorization: 'Bearer x' }, 401],
    ['a scope that was not granted', '/depots/north-quay/claims', {}, 403],
    ['a parameter that it does not know', '/depots/north-quay/shelf?page=1', {}, 400],
    ['a report of more than a month', report('2026-01-01', '2026-02-01'), {}, 400],
    ['parts of seconds', parcels('2026-01-01T00:00:00.000Z'), {}, 400],
    ['a cursor that is none', `${parcels('2026-01-01T00:00:00Z')}&after=x`, {}, 400],
  ])('refuses %s', async (_what, path, headers, status) => {
    expect((await get(path, headers)).status).toBe(status);
  });

  test('goes on from a cursor with the same question alone', async () => {
    const path = `${parcels('2020-01-01T00:00:00Z')}&limit=20`;
    const { body } = await get(path);
    const after = `&after=${String(body['after'])}`;
    expect((await get(`${path}${after}`)).status).toBe(200);
    const other = parcels('2020-01-02T00:00:00Z');
    expect((await get(`${other}&limit=20${after}`)).status).toBe(400);
  });
});

function parcels(from: string): string {
  return `/depots/north-quay/parcels?handed_from=${from}&handed_before=2030-01-01T00:00:00Z`;
}

function report(from: string, to: string): string {
  return `/depots/north-quay/deliveries?cut=carrier&from=${from}&to=${to}`;
}
