import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import {
  basic,
  CALLBACK,
  connectStripe,
  stripeApp,
  stripeCode,
  stripeGet,
  stripeToken,
  told,
  visit,
} from './support/connect.js';

let sandbox: Sandbox;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'refuse' });
  token = (await connectStripe(sandbox)).access_token;
});
afterAll(() => sandbox.close());

describe('the consent page of Stripe refuses', () => {
  const refused: [string, Record<string, string>][] = [
    ['another client', { client_id: 'ca_somebody' }],
    ['no redirect', { redirect_uri: '' }],
    ['a redirect to another host', { redirect_uri: 'http://example.com/oauth/callback/stripe' }],
    ["another provider's callback", { redirect_uri: `${CALLBACK}/shopify` }],
    ['a redirect with more in it', { redirect_uri: `${CALLBACK}/stripe?x=1` }],
    [
      'a redirect of another scheme',
      { redirect_uri: 'javascript://127.0.0.1/oauth/callback/stripe' },
    ],
    ['a scope', { scope: 'read_write' }],
    ['PKCE', { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }],
    ['another response type', { response_type: 'token' }],
    ['a parameter it does not know', { prompt: 'none' }],
    ['an account that is not there', { decision: 'approve', account: 'nobody' }],
    ["the test mode's account with the live app", { decision: 'approve', account: 'test' }],
  ];
  it.each(refused)('%s', async (_what, change) => {
    const app = stripeApp(sandbox);
    const query = new URLSearchParams({
      client_id: app.clientId,
      redirect_uri: `${CALLBACK}/stripe`,
      ...change,
    });
    const answer = await visit(`${app.baseUrl}/oauth/v2/authorize?${query.toString()}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
  });

  it('nothing of a right request, and lists accounts of its mode', async () => {
    const app = stripeApp(sandbox);
    const query = new URLSearchParams({
      client_id: app.clientId,
      redirect_uri: `${CALLBACK}/stripe`,
      state: '"><script>',
    });
    const answer = await visit(`${app.baseUrl}/oauth/v2/authorize?${query.toString()}`);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain('acct_1NuMoonMainLive01');
    expect(page).not.toContain('acct_1NuMoonTestMode03');
    expect(page).not.toContain('<script>');
  });

  it('sends a person who says no back with the reason and the state', async () => {
    const app = stripeApp(sandbox);
    const query = new URLSearchParams({
      client_id: app.clientId,
      redirect_uri: `${CALLBACK}/stripe`,
      state: 's',
      decision: 'deny',
    });
    const answer = await visit(`${app.baseUrl}/oauth/v2/authorize?${query.toString()}`);
    const back = new URL(answer.headers.get('location') ?? '');
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.get('state')).toBe('s');
    expect(back.searchParams.get('code')).toBeNull();
  });
});

async function post(
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; error: unknown }> {
  const answer = await fetch(`${stripeApp(sandbox).baseUrl}/v1/oauth/token`, {
    method: 'POST',
    headers,
    body,
  });
  const { error } = (await answer.json()) as { error: unknown };
  return { status: answer.status, error };
}
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe("Stripe's token endpoint refuses", () => {
  it('a call without our key, with a password, with another key, and with the other mode’s', async () => {
    const { clientSecret } = stripeApp(sandbox);
    const code = await stripeCode(sandbox);
    const body = `grant_type=authorization_code&code=${code}`;
    const withPassword = `Basic ${Buffer.from(`${clientSecret}:x`).toString('base64')}`;
    const refused = { status: 401, error: 'invalid_client' };
    expect(await post(FORM, body)).toEqual(refused);
    expect(await post({ ...FORM, authorization: withPassword }, body)).toEqual(refused);
    expect(await post({ ...FORM, authorization: basic('sk_live_x') }, body)).toEqual(refused);
    const test = basic(stripeApp(sandbox, 'test').clientSecret);
    expect(await post({ ...FORM, authorization: test }, body)).toEqual({
      status: 400,
      error: 'invalid_grant',
    });
  });

  it('JSON, unknown parameters and unknown grant types', async () => {
    const authorization = basic(stripeApp(sandbox).clientSecret);
    const json = { authorization, 'content-type': 'application/json' };
    expect((await post(json, '{"grant_type":"refresh_token"}')).error).toBe('invalid_request');
    const form = { ...FORM, authorization };
    expect((await post(form, 'grant_type=refresh_token&refresh_token=x&extra=1')).error).toBe(
      'invalid_request',
    );
    expect((await post(form, 'grant_type=password&code=x')).error).toBe('unsupported_grant_type');
  });

  it('a code twice, one of another redirect, and one that is too old', async () => {
    const code = await stripeCode(sandbox);
    const form = { grant_type: 'authorization_code', code };
    expect((await stripeToken(sandbox, form)).status).toBe(200);
    expect((await stripeToken(sandbox, form)).body['error']).toBe('invalid_grant');
    const other = await stripeCode(sandbox);
    const wrong = await stripeToken(sandbox, {
      ...form,
      code: other,
      redirect_uri: 'http://127.0.0.1:1/oauth/callback/stripe',
    });
    expect(wrong.body['error']).toBe('invalid_grant');
    const late = await stripeCode(sandbox);
    await told(sandbox, 'POST', '/clock', { advanceMs: 301_000 });
    expect((await stripeToken(sandbox, { ...form, code: late })).body['error']).toBe(
      'invalid_grant',
    );
    await told(sandbox, 'POST', '/clock', { advanceMs: -301_000 });
  });
});

describe("Stripe's API refuses", () => {
  const refused: [string, string, number, string | undefined][] = [
    ['an unknown parameter', '/v1/charges?colour=red', 400, 'parameter_unknown'],
    [
      'the filter by change that it has not',
      '/v1/charges?updated[gte]=1',
      400,
      'parameter_unknown',
    ],
    ['a limit of 0', '/v1/charges?limit=0', 400, 'parameter_invalid_integer'],
    ['a limit of 101', '/v1/charges?limit=101', 400, 'parameter_invalid_integer'],
    ['a limit in words', '/v1/charges?limit=ten', 400, 'parameter_invalid_integer'],
    ['a date for seconds', '/v1/charges?created[gte]=2026-01-01', 400, 'parameter_invalid_integer'],
    ['an unknown comparison', '/v1/charges?created[from]=1', 400, 'parameter_unknown'],
    ['an empty value', '/v1/charges?customer=', 400, 'parameter_invalid_empty'],
    ['an unknown cursor', '/v1/charges?starting_after=ch_none', 400, 'resource_missing'],
    ['a wrong status', '/v1/subscriptions?status=gone', 400, undefined],
    ['an expansion that is none', '/v1/charges?expand[]=data.colour', 400, undefined],
    ['a list expansion without data', '/v1/charges?expand[]=customer', 400, undefined],
    [
      'five levels of expansion',
      '/v1/subscriptions?expand[]=data.items.data.price.product',
      400,
      'property_expansion_max_depth',
    ],
    ['expand that is no list', '/v1/charges?expand=data.customer', 400, undefined],
    ['an object that is not there', '/v1/charges/ch_none', 404, 'resource_missing'],
    ['an unknown path', '/v1/colours', 404, undefined],
    [
      'twenty-one types of event',
      `/v1/events?${Array.from({ length: 21 }, (_, at) => `types[]=t${at}`).join('&')}`,
      400,
      undefined,
    ],
  ];
  it.each(refused)('%s', async (_what, path, status, code) => {
    const answer = await stripeGet(sandbox, token, path);
    expect(answer.status).toBe(status);
    const { error } = answer.body as { error: { code?: string; message: string; type: string } };
    expect(error.code).toBe(code);
    expect(error.type).toBe('invalid_request_error');
    expect(error.message.length).toBeGreaterThan(5);
    expect(answer.headers.get('request-id')).toMatch(/^req_/);
  });

  it('another version, none, and a call for another account', async () => {
    const old = await stripeGet(sandbox, token, '/v1/charges', { 'stripe-version': '2023-08-16' });
    expect(old.status).toBe(400);
    const other = await stripeGet(sandbox, token, '/v1/charges', { 'stripe-account': 'acct_x' });
    expect(other.status).toBe(403);
  });

  it('no token, a wrong one and one that has expired', async () => {
    const wrong = await stripeGet(sandbox, 'sk_live_nothing_like_it', '/v1/charges');
    expect(wrong.status).toBe(401);
    const pair = await connectStripe(sandbox, 'second');
    await told(sandbox, 'POST', '/expire/stripe/second');
    const late = await stripeGet(sandbox, pair.access_token, '/v1/charges');
    expect(late.status).toBe(401);
    expect((late.body['error'] as { code: string }).code).toBe('api_key_expired');
  });

  it('what the app was given no permission for', async () => {
    await told(sandbox, 'POST', '/knobs/stripe', { withholdScopes: ['dispute_read'] });
    const pair = await connectStripe(sandbox, 'second');
    await told(sandbox, 'DELETE', '/knobs/stripe');
    const answer = await stripeGet(sandbox, pair.access_token, '/v1/disputes');
    expect(answer.status).toBe(403);
    expect(JSON.stringify(answer.body)).toContain('dispute_read');
    expect((await stripeGet(sandbox, pair.access_token, '/v1/refunds')).status).toBe(200);
  });

  it('more calls than its limit, and says that they may be tried again', async () => {
    const pair = await connectStripe(sandbox);
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => stripeGet(sandbox, pair.access_token, '/v1/products/none')),
    );
    const limited = answers.filter((answer) => answer.status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(limited[0]?.headers.get('stripe-should-retry')).toBe('true');
    expect(limited[0]?.body).toMatchObject({ error: { code: 'rate_limit' } });
  });

  it('everything once access was taken back, in the words that say so', async () => {
    const pair = await connectStripe(sandbox, 'second');
    await told(sandbox, 'POST', '/revoke/stripe/second');
    const answer = await stripeGet(sandbox, pair.access_token, '/v1/charges');
    expect(answer.status).toBe(403);
    const { error } = answer.body as { error: { code: string; message: string } };
    expect(error.code).toBe('account_invalid');
    expect(error.message).toContain('Application access may have been revoked.');
    const form = { grant_type: 'refresh_token', refresh_token: pair.refresh_token };
    expect((await stripeToken(sandbox, form)).body['error']).toBe('invalid_grant');
  });
});
