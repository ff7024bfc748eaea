import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Budgets } from '../../../src/connectors/kit/calls/budgets.js';
import { sendToProvider } from '../../../src/connectors/kit/calls/send-to-provider.js';
import type { ProviderFacts } from '../../../src/connectors/kit/facts.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { Secret } from '../../../src/kernel/secret.js';
import { countConnections } from '../../infrastructure/http-client/count-connections.js';
import { hostileUrls } from '../../infrastructure/http-client/hostile-urls.js';
import { startLoopback } from '../../infrastructure/http-client/loopback-server.js';
import type { LoopbackServer } from '../../infrastructure/http-client/loopback-server.js';
import { clientFor } from './calling.js';
import { madeUpProvider } from './made-up-provider.js';

const SHOP: Partial<ProviderFacts> = {
  hosts: ['*.shops.test', 'accounts.made-up.test'],
  params: [
    {
      name: 'shop',
      title: 'Shop',
      example: 'blue',
      pattern: '^[a-z0-9][a-z0-9-]*\\.shops\\.test$',
    },
  ],
};

/** Names of shops as an attacker would give them. */
const HOSTILE_SHOPS = [
  '',
  'blue',
  '127.0.0.1',
  'localhost',
  '169.254.169.254',
  'evil.test',
  'evil.test/.shops.test',
  'evil.test#.shops.test',
  'evil.test?.shops.test',
  'evil.test\\.shops.test',
  'evil.test%2f.shops.test',
  'evil.test:443/.shops.test',
  'user@evil.test',
  'blue.shops.test@evil.test',
  'blue.shops.test.evil.test',
  'blue.shops.test:8443',
  'blue.shops.test/../admin',
  'blue.shops.test\n',
  'blue.shops.test\r\nHost: evil.test',
  '\nblue.shops.test',
  'evil.test\nblue.shops.test',
  'blue.shops.test\u0000',
  'blue.shops.test ',
  ' blue.shops.test',
  'BLUE.SHOPS.TEST',
  'bl\u00fce.shops.test',
  '\u0430.shops.test',
  'a.b.shops.test',
  '.shops.test',
  '-.shops.test',
  'blue.shops.test.',
  '{shop}.shops.test',
  '$&.shops.test',
  '[::1].shops.test',
  '__proto__',
  'constructor',
];

/** The code of a call's error. */
function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'answered',
    (error: { code?: unknown }) => error.code,
  );
}

describe.each([
  ['in an ordinary installation', null],
  ['where a stand-in is placed', 'http://127.0.0.1:9/made-up'],
])('%s', (_where, baseUrl) => {
  let server: LoopbackServer;
  let http: HttpClient;
  let asked: string[];
  let connections: ReturnType<typeof countConnections>;
  beforeEach(async () => {
    server = await startLoopback((_request, response) => response.end('{}'));
    asked = [];
    http = new HttpClient({
      resolve: (host) => {
        asked.push(host);
        return Promise.resolve(['127.0.0.1']);
      },
    });
    connections = countConnections();
  });
  afterEach(async () => {
    expect([asked, server.connections, connections.opened]).toEqual([[], 0, 0]);
    connections.stop();
    await http.close();
    await server.close();
  });

  async function passing(call: (url: string) => Promise<unknown>): Promise<string[]> {
    const passed: string[] = [];
    for (const url of hostileUrls(server.port)) {
      if ((await refusal(call(url))) !== 'outbound_refused') passed.push(url);
    }
    return passed;
  }

  test('no pagination link leads a call elsewhere', async () => {
    const provider = madeUpProvider({ baseUrl });
    const budget = new Budgets().of('made-up', 'acct', provider.connector.facts.limits);
    const client = clientFor(provider, { http, budget });
    const passed = await passing((url) => client.get(url, { page: 2 }));
    expect(passed).toEqual([]);
  });

  test('no token URL leads a call elsewhere', async () => {
    const provider = madeUpProvider({ baseUrl });
    const body = new Secret('grant_type=refresh_token');
    const passed = await passing((url) =>
      sendToProvider(http, provider, { method: 'POST', url, body }),
    );
    expect(passed).toEqual([]);
  });

  test('no revoke URL leads a call elsewhere', async () => {
    const provider = madeUpProvider({ baseUrl });
    const headers = { authorization: new Secret('Basic x') };
    const passed = await passing((url) =>
      sendToProvider(http, provider, { method: 'DELETE', url, headers }),
    );
    expect(passed).toEqual([]);
  });

  test.each(HOSTILE_SHOPS)('no shop’s name leads a call elsewhere: %j', async (shop) => {
    const provider = madeUpProvider({
      baseUrl,
      facts: {
        ...SHOP,
        api: { ...madeUpProvider().connector.facts.api, baseUrl: 'https://{shop}/admin' },
      },
    });
    const client = clientFor(provider, { http, params: { shop } });
    expect(await refusal(client.get('/shop.json'))).toBe('outbound_refused');
  });

  test('no link of one shop leads its token to another', async () => {
    const provider = madeUpProvider({
      baseUrl,
      facts: {
        ...SHOP,
        api: { ...madeUpProvider().connector.facts.api, baseUrl: 'https://{shop}/admin' },
      },
    });
    const client = clientFor(provider, { http, params: { shop: 'blue.shops.test' } });
    const link = client.get('https://red.shops.test/admin/orders.json?page=2');
    expect(await refusal(link)).toBe('outbound_refused');
  });

  test.each([
    '',
    'charges',
    '//evil.test/',
    '/../../token',
    '/charges/../../token',
    '/%2e%2e/token',
    '/.%2E/token',
    '/./charges',
    '/charges\\..\\token',
    '/charges\r\nHost: evil.test',
    '/charges\t',
    '/char ges',
    '/chargés',
    '/charges#x',
    '@evil.test/',
    ':8443/',
    '.evil.test/',
  ])('no path leaves the API’s own: %j', async (path) => {
    const client = clientFor(madeUpProvider({ baseUrl }), { http });
    expect(await refusal(client.get(path))).toBe('outbound_refused');
  });
});
