import { beforeAll, describe, expect, it } from '@jest/globals';
import { atTheStand } from './support/at-the-stand.js';
import type { Connecting } from './support/connect.js';

const here = atTheStand({ stockDatabases: 2 });
let connecting: Connecting;
let analyst: string;

beforeAll(async () => {
  connecting = await here.signUp();
  const made = await here.app.call('POST', '/v1/api-keys', {
    key: connecting.tenant.key,
    body: { name: 'reader', role: 'analyst' },
  });
  analyst = made.body.key;
});

const create = (body: object, key = connecting.tenant.key) =>
  here.app.call('POST', '/v1/integrations', { key, body });

describe('the list of providers', () => {
  it('tells every member what each reads, never reads, asks for and measures', async () => {
    const { body } = await here.app.call('GET', '/v1/providers', { key: analyst });
    const byId = new Map(body.items.map((it: { id: string }) => [it.id, it]));
    expect(byId.get('lemonade')).toEqual({
      id: 'lemonade',
      name: 'Lemonade <Stand>',
      connectsBy: 'oauth',
      configured: true,
      params: [],
      credentials: [],
      scopes: { read: ['sales.read', 'stands.read'], optionalRead: [], write: ['prices.write'] },
      reads: ['Cups sold, and when'],
      neverReads: ['Who drank them'],
      metrics: [expect.objectContaining({ key: 'cups.sold', unit: 'count' })],
      actions: [],
    });
    expect(byId.get('lemon-key')).toMatchObject({
      connectsBy: 'key',
      credentials: [
        { name: 'user', secret: false },
        { name: 'secret', secret: true },
      ],
      params: [{ name: 'region', example: 'eu' }],
    });
    expect(byId.get('stripe')).toMatchObject({ connectsBy: 'oauth', configured: false });
    expect(JSON.stringify(body)).not.toContain(here.stand.clientId);
  });
});

describe('beginning an integration', () => {
  it('is for owners and admins', async () => {
    const answer = await create({ provider: 'lemonade' }, analyst);
    expect(answer).toMatchObject({ status: 403, body: { code: 'role_too_small' } });
  });

  it('gives a link of ours, good for one tenant', async () => {
    const answer = await create({ provider: 'lemonade' });
    expect(answer.status).toBe(201);
    const word = connecting.tenant.id.slice(4);
    expect(answer.body.authorizeUrl).toMatch(
      new RegExp(`^${here.app.url}/connect/${word}\\.[\\w-]{43}$`),
    );
  });

  it.each([
    [{ provider: 'nobody' }, 'provider_unknown', 422],
    [{ provider: '../kit' }, 'validation_failed', 422],
    [{ provider: 'constructor' }, 'provider_unknown', 422],
    [{ provider: 'stripe' }, 'provider_not_configured', 409],
    [{ provider: 'lemonade', params: { a: '1' } }, 'connection_input_invalid', 422],
    [{ provider: 'lemonade', credentials: { a: '1' } }, 'connection_input_invalid', 422],
    [{ provider: 'limonata' }, 'connection_input_invalid', 422],
    [{ provider: 'limonata', params: [] }, 'validation_failed', 422],
    [{ provider: 'limonata', params: { bar: 7 } }, 'validation_failed', 422],
    [{ provider: 'lemonade', redirectUri: 'https://evil.example' }, 'validation_failed', 422],
  ])('is refused with %j: %s', async (body, code, status) => {
    expect(await create(body)).toMatchObject({ status, body: { code } });
  });

  it('with an Idempotency-Key gives the same link again', async () => {
    const asked = {
      key: connecting.tenant.key,
      body: { provider: 'lemonade' },
      headers: { 'idempotency-key': 'the-same' },
    };
    const first = await here.app.call('POST', '/v1/integrations', asked);
    expect((await here.app.call('POST', '/v1/integrations', asked)).body).toEqual(first.body);
  });

  it('stops at twenty open links, also when they are asked for at once', async () => {
    const other = await here.signUp();
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => create({ provider: 'lemonade' }, other.tenant.key)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(refused).toHaveLength(4);
    expect(refused[0]?.body.code).toBe('connection_attempt_limit');
    expect(refused[0]?.headers.get('retry-after')).toBe('600');
  });

  it('stops at a hundred integrations', async () => {
    const other = await here.signUp();
    await other.behind(
      `INSERT INTO integrations (id, provider, status)
        SELECT 'int_' || lpad(n::text, 20, '0'), 'lemonade', 'active' FROM generate_series(1, 100) n`,
    );
    expect(await create({ provider: 'lemonade' }, other.tenant.key)).toMatchObject({
      status: 409,
      body: { code: 'integration_limit' },
    });
  });
});

describe('the list of integrations', () => {
  it('turns pages in the order they were begun', async () => {
    const other = await here.signUp();
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push((await other.begin()).id);
    const first = await here.app.call('GET', '/v1/integrations?limit=2', { key: other.tenant.key });
    const second = await here.app.call(
      'GET',
      `/v1/integrations?limit=2&cursor=${first.body.nextCursor}`,
      { key: other.tenant.key },
    );
    const listed = [...first.body.items, ...second.body.items];
    expect(listed.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(second.body.nextCursor).toBeNull();
    expect(listed[0]).toMatchObject({ status: 'connecting', account: null, connectedAt: null });
  });

  it('shows no integration of another tenant', async () => {
    const { id } = await connecting.begin();
    const other = await here.app.signUp();
    for (const [method, path] of [
      ['GET', `/v1/integrations/${id}`],
      ['DELETE', `/v1/integrations/${id}`],
      ['POST', `/v1/integrations/${id}/reconnect`],
    ] as const) {
      const body = method === 'POST' ? { body: {} } : {};
      const answer = await here.app.call(method, path, { key: other.key, ...body });
      expect(answer).toMatchObject({ status: 404, body: { code: 'integration_not_found' } });
    }
    expect(await connecting.read(id)).toMatchObject({ status: 'connecting' });
  });
});
