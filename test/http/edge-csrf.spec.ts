import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, createEdge, type Edge } from './support/edge-app.js';
import { cookieOf, keyOf, overTls } from './support/fake-credentials.js';
import { SampleController } from './support/sample.controllers.js';

const PUBLIC = 'https://app.example.com';
let edge: Edge;
beforeAll(async () => {
  edge = await createEdge([SampleController], { config: { publicUrl: PUBLIC } });
});
afterAll(() => edge.app.close());

const HOST = { host: 'numoon.test:3000' };
const SESSION = { cookie: overTls(cookieOf('acme', 'owner')), ...HOST };

async function patch(headers: Record<string, string>) {
  const answer = await edge.call({ method: 'PATCH', url: '/v1/things/1', headers });
  return answer.statusCode === 200 ? 'done' : answer.json()['code'];
}

describe('a call with a session cookie that changes something', () => {
  it.each<[string, Record<string, string>]>([
    ['Sec-Fetch-Site: same-origin', { 'sec-fetch-site': 'same-origin' }],
    ['the Origin of the public address', { origin: PUBLIC }],
    ['the Origin of the host that was asked', { origin: 'http://numoon.test:3000' }],
    ['both', { 'sec-fetch-site': 'same-origin', origin: 'https://proxy-rewrote.example' }],
  ])('is done with %s', async (_name, headers) => {
    expect(await patch({ ...SESSION, ...headers })).toBe('done');
  });

  it.each<[string, Record<string, string>]>([
    ['no word of where it comes from', {}],
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }],
    ['a contradiction', { 'sec-fetch-site': 'cross-site', origin: PUBLIC }],
    ['another Origin', { origin: 'https://evil.example' }],
    ['an Origin that begins alike', { origin: `${PUBLIC}.evil.example` }],
    ['the same host on another port', { origin: 'http://numoon.test:4000' }],
    ['the same host by another protocol', { origin: 'https://numoon.test:3000' }],
    ['Origin: null', { origin: 'null' }],
    ['only a Referer', { referer: `${PUBLIC}/` }],
  ])('is refused with %s', async (_name, headers) => {
    expect(await patch({ ...SESSION, ...headers })).toBe('csrf_refused');
  });

  it('is refused before the session is looked up', async () => {
    edge.credentials.asked = [];
    await patch({ ...SESSION, origin: 'https://evil.example' });
    expect(edge.credentials.asked).toEqual([]);
  });
});

describe('where the address is plain http', () => {
  let plain: Edge;
  beforeAll(async () => {
    plain = await createEdge([SampleController]);
  });
  afterAll(() => plain.app.close());

  it.each<[string, Record<string, string>, number]>([
    ['the Origin of the host that was asked', { origin: 'http://numoon.test:3000' }, 200],
    ['no word of where it comes from', {}, 403],
    ['the same machine’s other port', { 'sec-fetch-site': 'same-site' }, 403],
    ['another Origin', { origin: 'http://numoon.test:4000' }, 403],
  ])('a session is held to its own pages as well: %s', async (_name, headers, status) => {
    const call = { method: 'PATCH', url: '/v1/things/1' };
    const cookie = cookieOf('acme', 'owner');
    const answer = await plain.call({ ...call, headers: { cookie, ...HOST, ...headers } });
    expect(answer.statusCode).toBe(status);
  });
});

it('a call with an API key may come from anywhere', async () => {
  const headers = { ...bearer(keyOf('acme', 'owner')), origin: 'https://partner.example' };
  expect(await patch(headers)).toBe('done');
});

it('a call that changes nothing needs no origin', async () => {
  const answer = await edge.call({ url: '/v1/tenant', headers: SESSION });
  expect(answer.statusCode).toBe(200);
});

async function accept(headers: Record<string, string>): Promise<number> {
  return (await edge.call({ method: 'POST', url: '/v1/invitations/accept', headers })).statusCode;
}

describe('an open call that changes something', () => {
  it('may come from a program', async () => {
    expect(await accept(HOST)).toBe(201);
  });

  it('may come from our own page', async () => {
    expect(await accept({ ...HOST, origin: PUBLIC })).toBe(201);
    expect(await accept({ ...HOST, 'sec-fetch-site': 'same-origin' })).toBe(201);
  });

  it.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ])('is refused from another site: %j', async (headers) => {
    expect(await accept({ ...HOST, ...headers })).toBe(403);
  });
});
