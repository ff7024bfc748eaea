import { setTimeout as after } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Readiness } from '../../src/entry/http/health/readiness.js';
import { ADMIN_TOKEN, bearer, createEdge, type Edge } from './support/edge-app.js';
import { SampleController } from './support/sample.controllers.js';

let edge: Edge | undefined;
afterEach(async () => {
  await edge?.app.close();
  edge = undefined;
});

describe('GET /healthz', () => {
  it('answers while nothing else works', async () => {
    const readiness = [{ name: 'catalog', check: () => Promise.reject(new Error('down')) }];
    edge = await createEdge([SampleController], { readiness });
    const answer = await edge.call({ url: '/healthz' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: 'ok' });
  });
});

describe('GET /readyz', () => {
  it('names what is missing, and nothing about why', async () => {
    edge = await createEdge([SampleController], {
      readiness: [
        { name: 'catalog', check: () => Promise.reject(new Error('password in here')) },
        { name: 'secrets', check: async () => 'fine' },
        {
          name: 'jobs',
          check: () => {
            throw new Error('sync');
          },
        },
      ],
    });
    const answer = await edge.call({ url: '/readyz' });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({
      code: 'not_ready',
      detail: 'Not ready: catalog, jobs.',
    });
    expect(answer.body).not.toContain('password');
  });

  it('is 200 when all is there', async () => {
    edge = await createEdge([SampleController], {
      readiness: [{ name: 'catalog', check: async () => undefined }],
    });
    expect((await edge.call({ url: '/readyz' })).json()).toEqual({ status: 'ok', degraded: [] });
  });
});

const away = (): Promise<never> => Promise.reject(new Error('away'));

describe('readiness', () => {
  it('tells apart what it cannot be without and what only some requests need', async () => {
    const readiness = new Readiness([
      { name: 'catalog', check: away },
      { name: 'keys', check: away, optional: true },
      { name: 'secrets', check: async () => undefined, optional: true },
    ]);
    expect(await readiness.look()).toEqual({ failed: ['catalog'], degraded: ['keys'] });
  });

  it('asks once a second, however often it is asked', async () => {
    let asked = 0;
    let now = 0;
    const check = async () => {
      asked += 1;
      await after(5);
    };
    const readiness = new Readiness([{ name: 'catalog', check }], () => now);
    await Promise.all(Array.from({ length: 50 }, () => readiness.look()));
    now = 999;
    await readiness.look();
    expect(asked).toBe(1);
    now = 1_000;
    await readiness.look();
    expect(asked).toBe(2);
  });

  it('does not wait for a check that hangs', async () => {
    const readiness = new Readiness([
      { name: 'catalog', check: () => new Promise(() => undefined) },
    ]);
    const startedAt = Date.now();
    expect((await readiness.look()).failed).toEqual(['catalog']);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
  });
});

describe('GET /metrics', () => {
  it('counts by template, on this machine without a token', async () => {
    edge = await createEdge([SampleController]);
    await edge.call({ url: '/v1/things/some-id' });
    await edge.call({ url: '/made-up-path' });
    await edge.call({ method: 'PROPFIND', url: '/made-up-path' });
    const answer = await edge.call({ url: '/metrics' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=/);
    expect(answer.body).toMatch(
      /http_request_duration_seconds_count\{.*route="\/v1\/things\/:id".*\} 1/,
    );
    expect(answer.body).toContain('route="(none)"');
    expect(answer.body).not.toMatch(/some-id|made-up-path|PROPFIND/);
  });

  it.each<Record<string, string>>([
    { 'x-forwarded-for': '203.0.113.9' },
    { forwarded: 'for=203.0.113.9' },
    { host: 'numoon.example.com' },
    { via: '1.1 proxy' },
  ])('needs the admin token when the call was passed on: %j', async (headers) => {
    edge = await createEdge([SampleController]);
    expect((await edge.call({ url: '/metrics', headers })).statusCode).toBe(401);
    const withToken = { ...headers, ...bearer(ADMIN_TOKEN) };
    expect((await edge.call({ url: '/metrics', headers: withToken })).statusCode).toBe(200);
  });
});
