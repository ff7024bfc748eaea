import { createHmac } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import {
  connectStripe,
  stripeApp,
  stripeGet,
  type StripePair,
  stripeToken,
  told,
} from './support/connect.js';
import { BLUE } from './support/connect-shopify.js';

const NOW = Date.parse('2026-11-25T14:00:00Z');
const ACCOUNTS = ['/truth/stripe/second', '/truth/stripe/test', `/truth/shopify/${BLUE}`];

describe('a sandbox', () => {
  it('has the same business for the same seed, and another for another', async () => {
    const [first, second, third] = await Promise.all(
      ['a', 'a', 'b'].map((seed) => startSandbox({ seed, now: () => NOW })),
    );
    if (!first || !second || !third) throw new Error('A sandbox did not start.');
    for (const path of ACCOUNTS) {
      const truth = await told(first, 'GET', path);
      expect((truth.body['metrics'] as unknown[]).length).toBeGreaterThan(100);
      expect((await told(second, 'GET', path)).body).toEqual(truth.body);
      expect((await told(third, 'GET', path)).body).not.toEqual(truth.body);
    }
    expect(second.settings.get('stripe')?.clientSecret).toBe(stripeApp(first).clientSecret);
    await Promise.all([first.close(), second.close(), third.close()]);
  });

  it('does not change its past when time goes on', async () => {
    const sandbox = await startSandbox({ seed: 'a', now: () => NOW });
    const path = `/truth/stripe/second?metric=payments.attempts&to=2026-10-31`;
    const before = await told(sandbox, 'GET', path);
    await told(sandbox, 'POST', '/clock', { advanceMs: 20 * 86_400_000 });
    const after = await told(sandbox, 'GET', path);
    expect(after.body['metrics']).toEqual(before.body['metrics']);
    const newest = await told(
      sandbox,
      'GET',
      '/truth/stripe/second?metric=payments.attempts&from=2026-11-27',
    );
    expect((newest.body['metrics'] as unknown[]).length).toBeGreaterThan(0);
    await sandbox.close();
  });

  it('finds grants, rotations and changes again in its file, which nobody else may read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const stateFile = join(folder, 'state.json');
    const first = await startSandbox({ seed: 'a', stateFile });
    const pair = await connectStripe(first);
    const form = { grant_type: 'refresh_token', refresh_token: pair.refresh_token };
    const next = (await stripeToken(first, form)).body as unknown as StripePair;
    await told(first, 'POST', '/business/stripe/second', { action: 'add_charge', amount: 12_345 });
    const path = '/truth/stripe/second?metric=payments.gross_volume';
    const truth = (await told(first, 'GET', path)).body['metrics'];
    await first.close();
    expect(await readdir(folder)).toEqual(['state.json']);
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600);

    const second = await startSandbox({ seed: 'a', stateFile });
    expect((await stripeGet(second, next.access_token, '/v1/account')).status).toBe(200);
    expect((await stripeToken(second, form)).body['error']).toBe('invalid_grant');
    const again = await stripeToken(second, { ...form, refresh_token: next.refresh_token });
    expect(again.status).toBe(200);
    expect((await told(second, 'GET', path)).body['metrics']).toEqual(truth);
    await second.close();
    await rm(folder, { recursive: true });
  });
});

describe('its knobs', () => {
  let sandbox: Sandbox;
  let token: string;
  beforeAll(async () => {
    sandbox = await startSandbox({ seed: 'knobs' });
    token = (await connectStripe(sandbox)).access_token;
  });
  afterAll(() => sandbox.close());

  const get = (fault: unknown): Promise<Response> =>
    fetch(`${stripeApp(sandbox).baseUrl}/v1/charges?limit=2`, {
      headers: {
        authorization: `Bearer ${token}`,
        'stripe-version': '2026-07-29.dahlia',
        'x-sandbox-fault': JSON.stringify(fault),
      },
      redirect: 'manual',
    });

  it('strike so many calls on a path, after so many, and then are over', async () => {
    await told(sandbox, 'POST', '/knobs/stripe', {
      faults: [{ kind: 'throttle', path: '/v1/charges', skip: 1, calls: 2, retryAfter: 3 }],
    });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) {
      statuses.push((await stripeGet(sandbox, token, '/v1/charges')).status);
    }
    expect(statuses).toEqual([200, 429, 429, 200]);
    expect((await stripeGet(sandbox, token, '/v1/balance')).status).toBe(200);
    expect((await told(sandbox, 'DELETE', '/knobs/stripe')).body['faults']).toEqual([]);
  });

  it('spoil single answers in each of their ways', async () => {
    const right = JSON.parse(await (await get({ kind: 'latency', ms: 1 })).text()) as unknown;
    expect(right).toMatchObject({ object: 'list' });
    expect((await get({ kind: 'status', status: 503 })).status).toBe(503);
    const half = await (await get({ kind: 'truncate' })).text();
    expect(() => JSON.parse(half) as unknown).toThrow();
    const garbage = (await (await get({ kind: 'garbage' })).json()) as Record<string, unknown>;
    expect(garbage['has_more']).toBe('maybe');
    expect(await (await get({ kind: 'nan' })).text()).toContain(':NaN');
    expect(await (await get({ kind: 'proto' })).text()).toContain('"__proto__"');
    const deep = await (await get({ kind: 'deep', size: 500 })).text();
    expect(deep.startsWith('{"data":['.repeat(500))).toBe(true);
    expect((await (await get({ kind: 'huge', size: 3_000_000 })).text()).length).toBeGreaterThan(
      3_000_000,
    );
    const bomb = await get({ kind: 'bomb', size: 2_000_000 });
    expect(bomb.headers.get('content-encoding')).toBe('gzip');
    expect((await bomb.text()).length).toBeGreaterThan(2_000_000);
    const away = await get({ kind: 'redirect', location: 'http://127.0.0.1:1/' });
    expect(away.headers.get('location')).toBe('http://127.0.0.1:1/');
    await expect(get({ kind: 'reset' })).rejects.toThrow();
    await expect(get({ kind: 'drop' })).rejects.toThrow();
    expect(await (await get({ kind: 'body', body: '[]' })).text()).toBe('[]');
  });

  it('are refused where they are none', async () => {
    const wrong = await told(sandbox, 'POST', '/knobs/stripe', { faults: [{ kind: 'magic' }] });
    expect(wrong.status).toBe(400);
    expect((await told(sandbox, 'POST', '/knobs/stripe', { colour: 1 })).status).toBe(400);
  });

  it('leave a list of calls that names no values', async () => {
    await told(sandbox, 'DELETE', '/calls/stripe');
    await stripeGet(sandbox, token, '/v1/charges?limit=1&customer=cus_secret');
    const { body } = await told(sandbox, 'GET', '/calls/stripe');
    expect(body).toEqual({
      total: 1,
      calls: [
        {
          at: expect.any(String),
          method: 'GET',
          path: '/v1/charges',
          query: ['limit', 'customer'],
          status: 200,
        },
      ],
    });
  });
});

describe('its webhooks', () => {
  it('are signed as the provider signs, wrong or stale where that is asked', async () => {
    const sandbox = await startSandbox({ seed: 'hooks' });
    const got: { headers: Record<string, unknown>; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        got.push({ headers: request.headers, body });
        response.end('ok');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
    const topic = 'account.application.deauthorized';
    for (const signature of ['right', 'wrong', 'stale', 'none']) {
      const sent = await told(sandbox, 'POST', '/webhooks/stripe/main', { url, topic, signature });
      expect(sent.body['status']).toBe(200);
    }
    await told(sandbox, 'POST', `/webhooks/shopify/${BLUE}`, { url, topic: 'app/uninstalled' });
    const valid = got.slice(0, 4).map(({ headers, body }) => {
      const [, at = '', v1 = ''] =
        /^t=(\d+),v1=([0-9a-f]+)/.exec(String(headers['stripe-signature'])) ?? [];
      const secret = stripeApp(sandbox).webhookSecrets[0] ?? '';
      const hmac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
      return { signed: hmac === v1, recent: Date.now() / 1_000 - Number(at) < 60 };
    });
    expect(valid).toEqual([
      { signed: true, recent: true },
      { signed: false, recent: true },
      { signed: true, recent: false },
      { signed: false, recent: false },
    ]);
    const shop = got[4];
    const secret = sandbox.settings.get('shopify')?.clientSecret ?? '';
    expect(shop?.headers['x-shopify-hmac-sha256']).toBe(
      createHmac('sha256', secret)
        .update(shop?.body ?? '')
        .digest('base64'),
    );
    const out = await told(sandbox, 'POST', '/webhooks/stripe/main', {
      url: 'http://example.com/',
      topic,
    });
    expect(out.status).toBe(400);
    server.close();
    await sandbox.close();
  });
});
