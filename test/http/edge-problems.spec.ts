import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, createEdge, type Edge } from './support/edge-app.js';
import { keyOf } from './support/fake-credentials.js';
import { SampleAdminController, SampleController } from './support/sample.controllers.js';

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge([SampleController, SampleAdminController]);
});
afterAll(() => edge.app.close());

const fail = (how: string) => edge.call({ url: `/v1/fails/${how}` });

describe('a failure', () => {
  it('is a problem document with a code, a type and the request id', async () => {
    const answer = await fail('known');
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toEqual({
      type: '/problems/last_owner',
      title: 'Last owner',
      status: 409,
      detail: 'This is the only owner.',
      code: 'last_owner',
      requestId: answer.headers['x-request-id'],
    });
  });

  it('that nobody expected says nothing of itself and is logged whole', async () => {
    const answer = await fail('unknown');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal_error' });
    expect(answer.body).not.toMatch(/4111|TypeError|at |\.ts/);
    const line = edge.log.find(({ requestId }) => requestId === answer.headers['x-request-id']);
    expect(line).toMatchObject({ level: 'error', route: '/v1/fails/:how' });
    expect(JSON.stringify(line)).toContain('TypeError');
  });

  it('with a code that has no status is our fault, and the log names the code', async () => {
    const answer = await fail('unknown-code');
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal_error' });
    expect(answer.body).not.toContain('secret content');
    expect(edge.log.some(({ msg }) => msg?.includes('nobody_mapped_this'))).toBe(true);
  });

  it('that is a fault of ours does not tell its code', async () => {
    expect((await fail('no-tenant')).json()).toMatchObject({ code: 'internal_error' });
  });

  it('of the database is 503 with Retry-After and without an address', async () => {
    const answer = await fail('refused');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toMatchObject({ code: 'database_unavailable' });
    expect(answer.body).not.toContain('10.1.2.3');
  });

  it('tells the field it is about and no other field of the error', async () => {
    const answer = await fail('fields');
    expect(answer.json()).toMatchObject({
      errors: [{ path: 'slug', code: 'slug_taken', message: 'Taken.' }],
    });
    expect(answer.body).not.toContain('content');
  });

  it('that says how long to wait has that in Retry-After, rounded up', async () => {
    expect((await fail('waiting')).headers['retry-after']).toBe('13');
  });
});

describe('an address', () => {
  it('that does not exist is route_not_found and is not repeated', async () => {
    const answer = await edge.call({ url: '/v1/secret-nonsense?token=abc' });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'route_not_found' });
    expect(answer.body).not.toContain('nonsense');
  });

  it.each([
    ['DELETE', '/v1/tenant', 'GET, HEAD'],
    ['PUT', '/v1/things/abc', 'DELETE, GET, HEAD, PATCH'],
    ['OPTIONS', '/v1/things', 'GET, HEAD, POST'],
    ['TRACE', '/v1/signup', 'POST'],
    ['GET', '/v1/signup', 'POST'],
  ])('known under other methods answers %s %s with 405 and Allow', async (method, url, allow) => {
    const answer = await edge.call({ method, url });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers['allow']).toBe(allow);
    expect(answer.json()).toMatchObject({ code: 'method_not_allowed' });
  });

  it.each([
    ['/v1/THINGS/abc', 404],
    ['/v1/tenant/', 404],
    ['/v1//tenant', 404],
    ['/V1/tenant', 404],
    ['/v1/things/', 404],
    ['/v1/things/%00', 400],
    ['/v1/things?limit=%00', 400],
    ['/v1/things/%ZZ', 400],
    ['/v1/things/%ff', 400],
    [`/v1/things/${'a'.repeat(201)}`, 414],
    [`/v1/things?x=${'a'.repeat(5000)}`, 414],
  ])('%s gets %i as a problem document', async (url, status) => {
    const answer = await edge.call({ url, headers: bearer(keyOf('acme', 'owner')) });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status, requestId: answer.headers['x-request-id'] });
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('answers HEAD like GET, without a body', async () => {
    const answer = await edge.call({ method: 'HEAD', url: '/healthz' });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe('');
    const closed = await edge.call({ method: 'HEAD', url: '/v1/tenant' });
    expect(closed.statusCode).toBe(401);
  });
});
