import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { ProviderError } from '../../../src/connectors/kit/provider-errors.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { startLoopback } from '../../infrastructure/http-client/loopback-server.js';
import type { LoopbackServer } from '../../infrastructure/http-client/loopback-server.js';
import { CountingAuthorizer, clientFor } from './calling.js';
import { madeUpProvider } from './made-up-provider.js';

describe('the kit’s client of a provider', () => {
  let server: LoopbackServer;
  let http: HttpClient;
  let answer: RequestListener;
  beforeEach(async () => {
    http = new HttpClient();
    answer = (_request, response) => response.end('{"ok":true}');
    server = await startLoopback((request, response) => answer(request, response));
  });
  afterEach(async () => {
    await http.close();
    await server.close();
  });
  const provider = (change: Parameters<typeof madeUpProvider>[0] = {}) =>
    madeUpProvider({ baseUrl: `${server.origin}/made-up`, ...change });

  test('calls where the operator placed the provider, with the facts’ headers and the token', async () => {
    const client = clientFor(provider(), { http });
    const { status, body } = await client.get('/charges', {
      limit: 100,
      'types[]': ['a', 'b c'],
      left: undefined,
    });
    expect([status, body]).toEqual([200, { ok: true }]);
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        url: '/made-up/v1/charges?limit=100&types%5B%5D=a&types%5B%5D=b+c',
        headers: { authorization: 'Bearer token-1', 'made-up-version': '2026-01' },
      },
    ]);
  });

  test('posts only where the facts say that a POST reads', async () => {
    const client = clientFor(provider(), { http });
    await client.post('/reports/sales:run', { days: 7 });
    await expect(client.post('/charges', {})).rejects.toMatchObject({
      code: 'outbound_refused',
      rule: 'not-reading',
    });
    await expect(client.post('/reports/a/b:run', {})).rejects.toMatchObject({
      rule: 'not-reading',
    });
    expect(server.requests.map(({ url }) => url)).toEqual(['/made-up/v1/reports/sales:run']);
  });

  test.each([
    'mutation { shopUpdate { id } }',
    '{ shop { name } } mutation Sneaky { a }',
    'query Q { a } # {\nmutation M { b }',
    'query Q { a(text: "{") } mutation M { b }',
    'subscription { a }',
    '}}} mutation { a }',
  ])('sends no GraphQL that does more than read: %j', async (query) => {
    const client = clientFor(provider(), { http });
    await expect(client.post('/graphql.json', { query })).rejects.toMatchObject({
      rule: 'not-reading',
    });
    expect(server.connections).toBe(0);
  });

  test('sends GraphQL that reads fields of such names', async () => {
    const client = clientFor(provider(), { http });
    const query = 'query Q { mutation subscription(text: "mutation") { id } } # mutation';
    await expect(client.post('/graphql.json', { query })).resolves.toMatchObject({ status: 200 });
  });

  test('asks for a new token once when the first is refused, and goes on with it', async () => {
    answer = (request, response) => {
      response.statusCode = request.headers.authorization === 'Bearer token-2' ? 200 : 401;
      response.end('{}');
    };
    const authorizer = new CountingAuthorizer();
    const client = clientFor(provider(), { http, authorizer });
    await expect(client.get('/charges')).resolves.toMatchObject({ status: 200 });
    expect(authorizer.refusals).toBe(1);
  });

  test('gives up when the new token is refused too', async () => {
    answer = (_request, response) => {
      response.statusCode = 401;
      response.end('{}');
    };
    const authorizer = new CountingAuthorizer();
    const client = clientFor(provider(), { http, authorizer });
    await expect(client.get('/charges')).rejects.toMatchObject({ code: 'provider_token_refused' });
    expect([authorizer.refusals, server.requests.length]).toEqual([1, 2]);
  });

  test.each([500, 502, 503, 504, 409])('tries a %i three times', async (status) => {
    answer = (_request, response) => {
      response.statusCode = status;
      response.end('<html>');
    };
    const client = clientFor(provider(), { http });
    await expect(client.get('/charges')).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(server.requests).toHaveLength(3);
  });

  test('goes on when the third try is answered', async () => {
    answer = (_request, response) => {
      if (server.requests.length < 3) response.socket?.destroy();
      else response.end('[1]');
    };
    const client = clientFor(provider(), { http });
    await expect(client.get('/charges')).resolves.toMatchObject({ body: [1] });
  });

  test.each([
    [302, 'provider_refused'],
    [400, 'provider_refused'],
    [402, 'provider_paused'],
    [403, 'provider_forbidden'],
    [404, 'provider_refused'],
    [423, 'provider_paused'],
  ])('asks once where the answer is %i: %s', async (status, code) => {
    answer = (_request, response) => {
      response.writeHead(status, { location: `${server.origin}/elsewhere` }).end('{"secret":1}');
    };
    const client = clientFor(provider(), { http });
    await expect(client.get('/charges')).rejects.toMatchObject({ code });
    expect(server.requests).toHaveLength(1);
  });

  test('lets the connector’s own judgement stand before the status', async () => {
    const client = clientFor(provider({ connector: { judge: () => ({ kind: 'revoked' }) } }), {
      http,
    });
    await expect(client.get('/charges')).rejects.toMatchObject({ code: 'provider_revoked' });
  });

  test('tells in its errors a path template, the status and the provider’s id, and nothing else', async () => {
    answer = (_request, response) => {
      response.writeHead(400, { 'request-id': 'req_123' }).end('{"email":"ada@example.com"}');
    };
    const client = clientFor(provider(), { http });
    const error = await client
      .get('/customers/cus_Secret9/invoices', { q: 'secret-query' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderError);
    expect((error as ProviderError).fields).toEqual({
      provider: 'made-up',
      method: 'GET',
      host: 'api.made-up.test',
      path: '/v1/customers/{id}/invoices',
      status: 400,
      providerRequestId: 'req_123',
      what: 'status 400',
    });
    expect((error as ProviderError).cause).toBeUndefined();
  });

  test('refuses a call that would carry the token in its URL', async () => {
    const client = clientFor(provider(), { http });
    await expect(client.get('/charges', { access_token: 'token-1' })).rejects.toMatchObject({
      rule: 'token-in-url',
    });
    expect(server.connections).toBe(0);
  });

  test.each([
    ['cut short', '{"data":[1,2'],
    ['NaN', '{"amount":NaN}'],
    ['Infinity', '[Infinity]'],
    ['a web page', '<!doctype html>'],
    ['half a letter', Buffer.from([0x22, 0xc3, 0x22])],
  ])('calls a page broken that never is JSON: %s', async (_name, body) => {
    answer = (_request, response) => response.end(body);
    const client = clientFor(provider(), { http });
    await expect(client.get('/charges')).rejects.toMatchObject({
      code: 'provider_page_broken',
      rule: 'the answer is JSON',
    });
    expect(server.requests).toHaveLength(3);
  });

  test('calls a page broken that is nested without end, at once', async () => {
    answer = (_request, response) => response.end('['.repeat(100_000) + ']'.repeat(100_000));
    const client = clientFor(provider(), { http });
    await expect(client.get('/charges')).rejects.toMatchObject({ code: 'provider_page_broken' });
    expect(server.requests).toHaveLength(1);
  });
});
