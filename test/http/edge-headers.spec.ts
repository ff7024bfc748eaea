import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, createEdge, type Edge } from './support/edge-app.js';
import { keyOf } from './support/fake-credentials.js';
import { SampleController } from './support/sample.controllers.js';

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge([SampleController]);
});
afterAll(() => edge.app.close());

const OWNER = bearer(keyOf('acme', 'owner'));

describe('every answer of the API', () => {
  it.each<[string, Record<string, string>]>([
    ['/v1/tenant', OWNER],
    ['/v1/tenant', {}],
    ['/v1/nowhere', {}],
    ['/v1/%ZZ', {}],
    ['/v1/fails/unknown', {}],
    ['/healthz', {}],
  ])('%s is sealed and not kept', async (url, headers) => {
    const answer = await edge.call({ url, headers });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(answer.headers['server']).toBeUndefined();
    expect(answer.headers['strict-transport-security']).toBeUndefined();
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('insists on https where that is how people reach us', async () => {
    const secure = await createEdge([SampleController], {
      config: { publicUrl: 'https://app.example.com' },
    });
    const answer = await secure.call({ url: '/healthz' });
    expect(answer.headers['strict-transport-security']).toMatch(/max-age=31536000/);
    await secure.app.close();
  });
});

const OWN_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('the request id', () => {
  it('is ours unless the caller brings one that a machine has made', async () => {
    const first = await edge.call({ url: '/healthz' });
    const second = await edge.call({ url: '/healthz' });
    expect(first.headers['x-request-id']).toMatch(/^req_[a-z0-9]{20,}$/);
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    const own = await edge.call({ url: '/healthz', headers: { 'x-request-id': OWN_ID } });
    expect(own.headers['x-request-id']).toBe(OWN_ID);
  });

  it.each(['A7F3C2D45E6B8901', '01JDGK6S3V8Q2W4X5Y6Z7A8B9C', 'req_0a1b2c3d4e5f6g7h8i9j'])(
    'is %s, in whichever form',
    async (id) => {
      const answer = await edge.call({ url: '/healthz', headers: { 'x-request-id': id } });
      expect(answer.headers['x-request-id']).toBe(id);
    },
  );

  it.each([
    'short',
    'Ada-Lovelace-of-Acme',
    'nmcanary0123456789abcdef',
    'a'.repeat(65),
    'has spaces in it',
    '<script>alert(1)</script>',
    '../../etc/pw',
  ])('is not taken from %s', async (id) => {
    const answer = await edge.call({ url: '/healthz', headers: { 'x-request-id': id } });
    expect(answer.headers['x-request-id']).toMatch(/^req_/);
  });
});

describe('the log', () => {
  it('has one line a request, with the template and without the URL', async () => {
    edge.log.length = 0;
    await edge.call({
      url: '/v1/things/secret-id?token=secret-token',
      headers: { ...OWNER, 'x-request-id': OWN_ID },
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(edge.log).toEqual([
      expect.objectContaining({
        level: 'debug',
        msg: 'request',
        method: 'GET',
        route: '/v1/things/:id',
        status: 200,
        requestId: OWN_ID,
        tenantId: 'tnt_acme',
      }),
    ]);
    expect(JSON.stringify(edge.log)).not.toMatch(/secret-|nm_/);
  });

  it('tells failures of ours at warn, with the code and the cause', async () => {
    edge.log.length = 0;
    await edge.call({ url: '/v1/fails/unknown' });
    await edge.call({ url: '/v1/fails/refused' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(edge.log.map(({ level }) => level)).toEqual(['error', 'warn', 'warn']);
    expect(edge.log[1]).toMatchObject({ status: 500, code: 'internal_error' });
    expect(edge.log[2]).toMatchObject({
      status: 503,
      code: 'database_unavailable',
      cause: expect.stringMatching(/^Error ECONNREFUSED: connect/),
    });
  });
});
