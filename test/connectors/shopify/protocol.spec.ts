import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { judgeAnswer } from '../../../src/connectors/kit/calls/judge-answer.js';
import { connector } from '../../../src/connectors/shopify/connector.js';
import { Secret } from '../../../src/kernel/secret.js';

const SECRET = 'shpss_test_client_secret';
const SHOP = 'example-shop.myshopify.com';
const AT = 1_790_000_000;

/** Signatures worked out apart from the connector. */
const CALLBACKS = [
  ['0.6784241404160823', '64dbd0d7912cf4372269bfd547c4239d6f659e5648c32e8bde30c33e1df95456'],
  ['a b+c', '82d8bcc96a99e0b61b69cd8429bdf769597d0d310fed402fc604e34bf80ad348'],
] as const;

function way(state: string, hmac: string, more: Record<string, string> = {}): string {
  const params = {
    hmac,
    code: '0907a61c0c8d55e99db179b68161bc00',
    timestamp: String(AT),
    host: 'YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvZXhhbXBsZQ',
    state,
    shop: SHOP,
    ...more,
  };
  return Object.entries(params)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

function check(rawQuery: string, over: { shop?: string; nowMs?: number; secret?: string } = {}) {
  return connector.checkCallback?.({
    rawQuery,
    params: { shop: over.shop ?? SHOP },
    clientSecret: new Secret(over.secret ?? SECRET),
    nowMs: over.nowMs ?? AT * 1000,
  });
}

/** A query with the signature that Shopify would give it. */
function signed(params: Record<string, string>): string {
  const message = Object.keys(params)
    .sort()
    .map((name) => `${name}=${encodeURIComponent(params[name] ?? '')}`)
    .join('&');
  return `${message}&hmac=${createHmac('sha256', SECRET).update(message).digest('hex')}`;
}

describe('the way back from the consent page', () => {
  test.each(CALLBACKS)('with the state “%s” is as Shopify signs it', (state, hmac) => {
    expect(check(way(state, hmac))).toBe('ok');
  });

  const [[state, hmac]] = CALLBACKS;

  test('is signed whatever the order of its parameters, without `signature`', () => {
    expect(check(`signature=abc&${way(state, hmac).split('&').toReversed().join('&')}`)).toBe('ok');
  });

  test('with a blank written as plus is signed as %20', () => {
    expect(check(way(...CALLBACKS[1]).replaceAll('%20', '+'))).toBe('ok');
  });

  test.each([
    ['another code', way(state, hmac, { code: 'f'.repeat(32) })],
    ['a parameter more', `${way(state, hmac)}&extra=1`],
    ['a parameter twice', `${way(state, hmac)}&shop=${SHOP}`],
    ['a list', way(state, hmac).replace('code=', 'code[]=')],
    ['no signature', way(state, '')],
    ['half a signature', way(state, hmac.slice(0, 32))],
    ['a signature and a tail', way(state, `${hmac}zz`)],
    ['a signature in capitals', way(state, hmac.toUpperCase())],
  ])('with %s is forged', (_, query) => {
    expect(check(query)).toBe('connect_callback_forged');
  });

  test('signed with another secret is forged', () => {
    expect(check(way(state, hmac), { secret: 'shpss_other' })).toBe('connect_callback_forged');
  });

  test('of another shop than was begun with is foreign, in whatever case it is written', () => {
    expect(check(way(state, hmac), { shop: 'other.myshopify.com' })).toBe(
      'connect_callback_foreign',
    );
    expect(check(way(state, hmac), { shop: SHOP.toUpperCase() })).toBe('ok');
  });

  test.each([
    [90_000, 'ok'],
    [-90_000, 'ok'],
    [90_001, 'connect_callback_stale'],
    [-90_001, 'connect_callback_stale'],
  ])('%i ms away is %s', (ms, verdict) => {
    expect(check(way(state, hmac), { nowMs: AT * 1000 + ms })).toBe(verdict);
  });

  test('with a time that is none is stale, even when it is signed', () => {
    expect(check(signed({ shop: SHOP, timestamp: 'soon' }))).toBe('connect_callback_stale');
    expect(check(signed({ shop: SHOP }))).toBe('connect_callback_stale');
  });
});

describe('a shop’s address', () => {
  const [param] = connector.facts.params;
  const isShop = (text: string) => new RegExp(param?.pattern ?? '').test(text);

  test.each(['a.myshopify.com', 'Blue-Bird2.myshopify.com', `${'a'.repeat(60)}.myshopify.com`])(
    '%s is one',
    (text) => {
      expect(isShop(text)).toBe(true);
      expect(text).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9-_]*\.myshopify\.com$/);
    },
  );

  test.each([
    '',
    'myshopify.com',
    '.myshopify.com',
    '-a.myshopify.com',
    'a.b.myshopify.com',
    'a.myshopify.com.evil.example',
    'a.myshopify.com/',
    'a.myshopify.com:8443',
    'a.myshopify.com?x=.myshopify.com',
    'evil.example/a.myshopify.com',
    'evil.example#.myshopify.com',
    'user@a.myshopify.com',
    'https://a.myshopify.com',
    'a.myshopify.io',
    'a\n.myshopify.com',
    'a.myshopify.com\n',
    'а.myshopify.com',
    'a.myshopify。com',
    '127.0.0.1',
  ])('%j is none', (text) => {
    expect(isShop(text)).toBe(false);
  });

  test('is asked for before anything else, and its host alone is spoken to', () => {
    expect(param?.name).toBe('shop');
    expect(connector.facts.hosts).toEqual(['*.myshopify.com']);
  });
});

describe('tokens', () => {
  test('are asked for as expiring ones, of the shop and not of a person', () => {
    const { auth } = connector.facts;
    expect(auth).toMatchObject({
      exchangeParams: { expiring: '1' },
      authorizeParams: { 'grant_options[]': '' },
      scopeSeparator: ',',
      tokenBody: 'json',
      standardExchange: false,
      accessTokenMs: 3_600_000,
      refresh: { rotates: true, replayMs: 30 * 86_400_000, lifetimeMs: 90 * 86_400_000 },
    });
  });

  test('that are dead are told by Shopify’s words, whatever the status', () => {
    const dead = {
      error: 'invalid_request',
      error_description: 'This request requires an active refresh_token',
    };
    expect(connector.tokens.refreshFailure?.(401, dead)).toBe('final');
    expect(connector.tokens.refreshFailure?.(400, dead)).toBe('final');
    expect(connector.tokens.refreshFailure?.(400, { error: 'invalid_grant' })).toBeNull();
    for (const body of [undefined, null, 'text', { error: 'invalid_request' }]) {
      expect(connector.tokens.refreshFailure?.(500, body)).toBeNull();
    }
  });
});

const cost = (requested: number, available: number, restoreRate: unknown = 100) => ({
  extensions: {
    cost: {
      requestedQueryCost: requested,
      actualQueryCost: null,
      throttleStatus: { maximumAvailable: 2_000, currentlyAvailable: available, restoreRate },
    },
  },
});

const judged = (body: unknown, status = 200) =>
  judgeAnswer(connector, { status, headers: {}, body }, 0);

const error = (code: unknown) => ({ errors: [{ message: 'x', extensions: { code } }] });

const budget = (body: unknown) => connector.budget?.({ status: 200, headers: {}, body });

describe('an answer', () => {
  test('that is throttled says how long, with status 200', () => {
    expect(judged({ ...error('THROTTLED'), ...cost(752, 120) })).toEqual({
      kind: 'slow-down',
      waitMs: 6_320,
    });
    expect(judged({ ...error('THROTTLED'), ...cost(752, 120, 1_000) })).toMatchObject({
      waitMs: 632,
    });
    expect(judged(error('THROTTLED'))).toEqual({ kind: 'slow-down', waitMs: 1_000 });
  });

  test.each([
    [cost(1e300, 0)],
    [cost(752, -1e300)],
    [cost(752, 120, 0)],
    [cost(752, 120, -5)],
    [cost(752, 120, 'fast')],
  ])('that lies about its bucket keeps nobody waiting for ever', (told) => {
    const verdict = judged({ ...error('THROTTLED'), ...told });
    expect(verdict.kind === 'slow-down' && verdict.waitMs).toBeLessThanOrEqual(60_000);
    expect(verdict.kind === 'slow-down' && verdict.waitMs).toBeGreaterThanOrEqual(100);
  });

  test('that leaves less in the bucket than it asked for is followed by a pause', () => {
    expect(budget({ data: {}, ...cost(800, 300) })).toEqual({ pauseMs: 5_000 });
    expect(budget({ data: {}, ...cost(800, 1_200) })).toBeNull();
    expect(budget({ data: {} })).toBeNull();
    expect(budget(undefined)).toBeNull();
  });

  test('that denies access comes with status 200, and is no revocation', () => {
    expect(judged(error('ACCESS_DENIED'))).toMatchObject({ kind: 'forbidden' });
  });

  test('that has data beside an error is no success', () => {
    expect(judged({ data: { shop: {} }, ...error('ACCESS_DENIED') }).kind).toBe('forbidden');
    expect(judged({ data: {}, ...error('undefinedField') })).toEqual({
      kind: 'refused',
      what: 'undefinedField',
    });
  });

  test('whose code is something else than a code does not repeat it', () => {
    expect(judged(error('ada@bluebird.example'))).toEqual({ kind: 'refused', what: '' });
  });

  test.each([
    [401, 'token-refused'],
    [402, 'paused'],
    [423, 'paused'],
    [403, 'forbidden'],
    [429, 'slow-down'],
    [500, 'unavailable'],
  ])('with status %i means %s', (status, kind) => {
    const errors = '[API] Invalid API key or access token (unrecognized login or wrong password)';
    expect(judged({ errors }, status).kind).toBe(kind);
  });

  test('with an internal error passes', () => {
    expect(judged(error('INTERNAL_SERVER_ERROR'))).toEqual({ kind: 'unavailable' });
  });
});

describe('a webhook', () => {
  const rawBody = Buffer.from(
    '{"id":548380009,"name":"Example Shop","domain":"example-shop.myshopify.com","myshopify_domain":"example-shop.myshopify.com"}',
  );
  const delivery = (over: Record<string, string> = {}, body = rawBody) => ({
    method: 'POST',
    url: 'https://numoon.example/webhooks/shopify',
    headers: {
      'x-shopify-topic': 'app/uninstalled',
      'x-shopify-shop-domain': SHOP,
      'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      'x-shopify-event-id': '98880550-7158-44d4-b7cd-2c97c8a091b5',
      'x-shopify-triggered-at': '2026-09-21T18:00:27.877041743Z',
      'x-shopify-api-version': '2026-07',
      'x-shopify-hmac-sha256': 'umLZDqbWVLg94+SId8G9rLfPm2GhLcxC3MHZDQF0K7U=',
      ...over,
    },
    rawBody: body,
    nowMs: Date.parse('2026-09-21T18:00:30Z'),
  });
  const verify = (it: ReturnType<typeof delivery>, secrets = [SECRET]) =>
    connector.webhooks?.verify(
      it,
      secrets.map((secret) => new Secret(secret)),
    );
  const eventsOf = (over: Record<string, string>, body = rawBody) =>
    connector.webhooks?.events(delivery(over, body)) ?? [];

  test('is signed over its raw body', () => {
    expect(verify(delivery())).toBe('genuine');
    expect(
      verify(delivery({}, Buffer.from(JSON.stringify(JSON.parse(String(rawBody)), null, 1)))),
    ).toBe('forged');
  });

  test('is taken with the old secret while the new one comes in', () => {
    expect(verify(delivery(), ['shpss_new', SECRET])).toBe('genuine');
    expect(verify(delivery(), ['shpss_new'])).toBe('forged');
    expect(verify(delivery(), [])).toBe('forged');
  });

  test.each(['', 'x', 'umLZDqbWVLg94+SId8G9rLfPm2GhLcxC3MHZDQF0K7', 'a'.repeat(44)])(
    'with the signature %j is forged',
    (hmac) => {
      expect(verify(delivery({ 'x-shopify-hmac-sha256': hmac }))).toBe('forged');
    },
  );

  test('may leave the X- away', () => {
    const { headers, ...rest } = delivery();
    const bare = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.slice(2), value]),
    );
    expect(verify({ ...rest, headers: bare as never })).toBe('genuine');
    expect(connector.webhooks?.events({ ...rest, headers: bare })).toMatchObject([
      { kind: 'revoked', accountId: SHOP },
    ]);
  });

  test('of an uninstall revokes what was connected before it, however late it comes', () => {
    expect(eventsOf({})).toMatchObject([
      { kind: 'revoked', accountId: SHOP, before: Date.parse('2026-09-21T18:00:27.877Z') },
    ]);
  });

  test('that asks to erase a shop is about the connection of two days before, not a newer one', () => {
    expect(eventsOf({ 'x-shopify-topic': 'shop/redact' })).toMatchObject([
      { kind: 'erase', before: Date.parse('2026-09-19T18:00:27.877Z') },
    ]);
  });

  test.each(['customers/redact', 'customers/data_request'])(
    '%s is answered, for there is no customer to forget or to show',
    (topic) => {
      expect(eventsOf({ 'x-shopify-topic': topic })).toMatchObject([{ kind: 'ignored' }]);
    },
  );

  test.each([
    ['orders/updated', ['orders', 'unfulfilled']],
    ['orders/delete', ['orders', 'unfulfilled']],
    ['refunds/create', ['orders']],
    ['disputes/update', ['disputes']],
    ['customers/merge', ['orders']],
  ])('%s asks to read %j again', (topic, streams) => {
    const names = connector.streams.map(({ name }) => name);
    expect(eventsOf({ 'x-shopify-topic': topic })).toMatchObject([{ kind: 'changed', streams }]);
    expect(names).toEqual(expect.arrayContaining(streams));
  });

  test('is the same one when it comes again, and another when its body is', () => {
    const [first] = eventsOf({});
    const [again] = eventsOf({ 'x-shopify-webhook-id': 'another' });
    const [other] = eventsOf({}, Buffer.from('{}'));
    expect(again?.id).toBe(first?.id);
    expect(other?.id).not.toBe(first?.id);
  });

  test('without topic or shop tells nothing', () => {
    expect(eventsOf({ 'x-shopify-topic': '' })).toEqual([]);
    expect(eventsOf({ 'x-shopify-shop-domain': '' })).toEqual([]);
  });
});
