import { afterEach, describe, expect, it } from '@jest/globals';
import { networkOf } from '../../src/infrastructure/rate-limit/network-of.js';
import { bearer, createEdge, type Edge } from './support/edge-app.js';
import { cookieOf, keyOf } from './support/fake-credentials.js';
import { SampleController } from './support/sample.controllers.js';

let edge: Edge | undefined;
afterEach(() => edge?.app.close());

async function statuses(times: number, ask: () => Promise<{ statusCode: number }>) {
  const found: number[] = [];
  for (let at = 0; at < times; at += 1) found.push((await ask()).statusCode);
  return found;
}

describe('the limit of a tenant', () => {
  it('counts its keys and sessions together, and nobody else', async () => {
    edge = await createEdge([SampleController], { config: { tenantRequestsPerSecond: 1 } });
    const { call } = edge;
    const as = (headers: Record<string, string>) => () => call({ url: '/v1/tenant', headers });
    expect(await statuses(1, as(bearer(keyOf('acme', 'owner'))))).toEqual([200]);
    expect(await statuses(2, as({ cookie: cookieOf('acme', 'admin') }))).toEqual([200, 429]);
    const refused = await call({ url: '/v1/tenant', headers: bearer(keyOf('acme', 'owner')) });
    expect(refused.json()).toMatchObject({ code: 'rate_limited' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(await statuses(1, as(bearer(keyOf('other', 'owner'))))).toEqual([200]);
    expect(await statuses(3, () => call({ url: '/healthz' }))).toEqual([200, 200, 200]);
  });
});

describe('the limit of an address', () => {
  it('counts everything, before credentials are looked at', async () => {
    edge = await createEdge([SampleController], { config: { addressRequestsPerSecond: 1 } });
    const { call, credentials } = edge;
    const wrong = () => call({ url: '/v1/tenant', headers: bearer('nm_guess') });
    expect(await statuses(4, wrong)).toEqual([401, 401, 429, 429]);
    expect(credentials.asked.length).toBe(2);
    expect((await call({ url: '/nowhere' })).statusCode).toBe(429);
  });

  it('believes X-Forwarded-For of trusted proxies alone', async () => {
    edge = await createEdge([SampleController], { config: { addressRequestsPerSecond: 1 } });
    const { call } = edge;
    let last = 0;
    const ask = () =>
      call({ url: '/healthz', headers: { 'x-forwarded-for': `203.0.113.${(last += 1)}` } });
    expect(await statuses(3, ask)).toEqual([200, 200, 429]);
    await edge.app.close();
    edge = await createEdge([SampleController], {
      config: { addressRequestsPerSecond: 1, trustedProxies: ['127.0.0.0/8'] },
    });
    const trusting = edge.call;
    const through = () =>
      trusting({ url: '/healthz', headers: { 'x-forwarded-for': `203.0.113.${(last += 1)}` } });
    expect(await statuses(4, through)).toEqual([200, 200, 200, 200]);
  });
});

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    [undefined, 'unknown'],
  ])('%s counts as %s', (address, key) => {
    expect(networkOf(address)).toBe(key);
  });
});
