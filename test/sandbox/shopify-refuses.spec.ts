import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { told } from './support/connect.js';
import {
  ask,
  BLUE,
  connectShopify,
  shopifyCallback,
  shopifyToken,
  shopUrl,
} from './support/connect-shopify.js';

let sandbox: Sandbox;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'refuse' });
  token = (await connectShopify(sandbox))['access_token'] ?? '';
});
afterAll(() => sandbox.close());

describe('the consent page of Shopify', () => {
  const refused: [string, Record<string, string>][] = [
    ['a scope that is none', { scope: 'read_orders,read_everything' }],
    ['no scope', { scope: '' }],
    ['a scope twice', { scope: 'read_orders,read_orders' }],
    ['scopes with spaces between', { scope: 'read_orders read_products' }],
    ['a token of a person', { 'grant_options[]': 'per-user' }],
    ['no state', { state: '' }],
    ['PKCE', { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }],
    ['another shop’s account', { account: 'red' }],
  ];
  it.each(refused)('refuses %s', async (_what, change) => {
    const { status, url } = await shopifyCallback(sandbox, change);
    expect(status).toBe(400);
    expect(url).toBeNull();
  });

  it('signs the way back over sorted and percent-encoded parameters', async () => {
    const { url } = await shopifyCallback(sandbox);
    const secret = sandbox.settings.get('shopify')?.clientSecret ?? '';
    const pairs = (url?.search.slice(1) ?? '')
      .split('&')
      .filter((pair) => !pair.startsWith('hmac='));
    const hmac = createHmac('sha256', secret).update(pairs.sort().join('&')).digest('hex');
    expect(url?.searchParams.get('hmac')).toBe(hmac);
    expect(url?.search).toContain('state=a%20b%2Bc');
    expect(url?.searchParams.get('shop')).toBe(BLUE);
  });
});

describe("Shopify's token endpoint", () => {
  it('gives no token that lives for ever', async () => {
    const { url } = await shopifyCallback(sandbox);
    const code = url?.searchParams.get('code');
    expect((await shopifyToken(sandbox, { code })).status).toBe(403);
  });

  it('takes a code once, of its own shop, with the right secret, and no more than it knows', async () => {
    const { url } = await shopifyCallback(sandbox);
    const code = url?.searchParams.get('code');
    const wanted = { code, expiring: '1' };
    expect((await shopifyToken(sandbox, { ...wanted, client_secret: 'x' })).status).toBe(400);
    expect((await shopifyToken(sandbox, { ...wanted, redirect_uri: 'x' })).status).toBe(400);
    expect((await shopifyToken(sandbox, wanted)).status).toBe(200);
    expect((await shopifyToken(sandbox, wanted)).status).toBe(400);
    const other = await shopifyCallback(sandbox);
    const foreign = { code: other.url?.searchParams.get('code'), expiring: '1' };
    expect((await shopifyToken(sandbox, foreign, 'numoon-red.myshopify.com')).status).toBe(400);
  });
});

describe("Shopify's Admin API", () => {
  const refused: [string, string, RegExp][] = [
    ['an unknown field', '{ shop { colour } }', /Field 'colour' doesn't exist on type 'Shop'/],
    ['an unknown argument', '{ shop(a: 1) { name } }', /doesn't accept argument 'a'/],
    ['a page without a size', '{ orders { nodes { id } } }', /first or last/],
    ['a page of 251', '{ orders(first: 251) { nodes { id } } }', /cannot exceed 250/],
    ['both ends', '{ orders(first: 1, last: 1) { nodes { id } } }', /both first and last/],
    ['an object without fields', '{ shop }', /must have selections/],
    ['fields of a scalar', '{ shop { name { x } } }', /can't be made on scalars/],
    ['an unknown sort', '{ orders(first: 1, sortKey: SIZE) { nodes { id } } }', /invalid value/],
    ['an unknown search', '{ orders(first: 1, query: "colour:red") { nodes { id } } }', /search/],
    ['a day that is none', '{ orders(first: 1, query: "created_at:>x") { nodes { id } } }', /time/],
    ['a variable that is unused', 'query A($a: Int) { shop { name } }', /not used/],
    ['a variable that is not declared', '{ orders(first: $a) { nodes { id } } }', /not declared/],
    ['half a query', '{ shop { name }', /syntax error/],
    ['a broken cursor', '{ orders(first: 1, after: "x") { nodes { id } } }', /Invalid cursor/],
    [
      'too much at once',
      '{ orders(first: 250) { nodes { lineItems(first: 50) { nodes { id } } } } }',
      /cost limit/,
    ],
  ];
  it.each(refused)('refuses %s', async (_what, query, words) => {
    const { status, body, errors } = await ask(sandbox, token, query);
    expect(status).toBe(200);
    expect(String(errors[0]?.['message'])).toMatch(words);
    expect(body['data'] ?? null).toBeNull();
  });

  it('says in an answer of status 200 that a scope is missing', async () => {
    const pair = await connectShopify(sandbox, { scope: 'read_products' });
    const { status, errors } = await ask(
      sandbox,
      pair['access_token'] ?? '',
      '{ orders(first: 1) { nodes { id } } }',
    );
    expect(status).toBe(200);
    expect(errors[0]).toMatchObject({ extensions: { code: 'ACCESS_DENIED' } });
  });

  it('hides orders of more than sixty days ago from who may not read all', async () => {
    const pair = await connectShopify(sandbox, { scope: 'read_orders' });
    const query = '{ orders(first: 1, sortKey: CREATED_AT) { nodes { createdAt } } }';
    const { body } = await ask(sandbox, pair['access_token'] ?? '', query);
    const { orders } = body['data'] as { orders: { nodes: { createdAt: string }[] } };
    const age = Date.now() - Date.parse(orders.nodes[0]?.createdAt ?? '');
    expect(age).toBeLessThan(60.1 * 86_400_000);
    const all = await ask(sandbox, token, query);
    const old = all.body['data'] as { orders: { nodes: { createdAt: string }[] } };
    expect(Date.parse(old.orders.nodes[0]?.createdAt ?? '')).toBeLessThan(
      Date.parse('2024-09-10T00:00:00Z'),
    );
  });

  it('throttles with status 200 and says what is left', async () => {
    const red = 'numoon-red.myshopify.com';
    const pair = await connectShopify(sandbox, {}, red);
    const query = '{ orders(first: 250) { nodes { id app { name } } } }';
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => ask(sandbox, pair['access_token'] ?? '', query, {}, red)),
    );
    const throttled = answers.find(({ errors }) => errors.length > 0);
    expect(throttled?.status).toBe(200);
    expect(throttled?.errors[0]).toEqual({
      message: 'Throttled',
      extensions: { code: 'THROTTLED' },
    });
    expect(throttled?.body['extensions']).toMatchObject({
      cost: {
        actualQueryCost: null,
        throttleStatus: { maximumAvailable: 2_000, restoreRate: 100 },
      },
    });
  });

  it('knows another shop’s token as little as a wrong one', async () => {
    const { status, body } = await ask(
      sandbox,
      token,
      '{ shop { name } }',
      {},
      'numoon-red.myshopify.com',
    );
    expect(status).toBe(401);
    expect(body['errors']).toContain('Invalid API key or access token');
  });

  it('serves one version', async () => {
    const answer = await fetch(`${shopUrl(sandbox)}/admin/api/2024-01/graphql.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-shopify-access-token': token },
      body: '{"query":"{ shop { name } }"}',
    });
    expect(answer.status).toBe(404);
  });

  it('ends every token when the app is uninstalled', async () => {
    const pair = await connectShopify(sandbox);
    const { body } = await ask(
      sandbox,
      pair['access_token'] ?? '',
      'mutation { appUninstall { app { id } userErrors { message } } }',
    );
    expect(body['data']).toMatchObject({ appUninstall: { userErrors: [] } });
    expect((await ask(sandbox, token, '{ shop { name } }')).status).toBe(401);
    token = (await connectShopify(sandbox))['access_token'] ?? '';
  });

  it('tells of nothing but what was asked, test orders too where nobody leaves them out', async () => {
    const query = '{ orders(first: 3, query: "test:true") { nodes { test } } }';
    const { body } = await ask(sandbox, token, query);
    const { orders } = body['data'] as { orders: { nodes: { test: boolean }[] } };
    expect(orders.nodes).toEqual([{ test: true }, { test: true }, { test: true }]);
    const { body: calls } = await told(sandbox, 'GET', '/calls/shopify?path=graphql');
    expect(calls['total']).toBeGreaterThan(5);
  });
});
