import { afterEach, describe, expect, it } from '@jest/globals';
import { HEALTHY, READ, onData, reply, startFakeVault } from './fake-vault.js';
import type { Answer, FakeVault } from './fake-vault.js';

let vault: FakeVault | null = null;
afterEach(async () => {
  await vault?.stop();
  vault = null;
});
async function fake(answer?: Answer): Promise<FakeVault> {
  vault = await startFakeVault(answer);
  return vault;
}
const errors = (text: string) => ({ errors: [text] });
/** Data answers one way, health another. */
const both =
  (data: [number, unknown], health: [number, unknown]): Answer =>
  ({ url }, response) => {
    if (url.startsWith('/v1/kv/')) return reply(response, ...data);
    if (url === '/v1/sys/health') return reply(response, ...health);
    return 'default';
  };
const well: [number, unknown] = [200, HEALTHY];

/** So once; then all is well. */
const once = (status: number, body: unknown = {}): Answer => {
  let left = 1;
  return ({ url }, response) => {
    if (!url.startsWith('/v1/kv/') || left === 0) return 'default';
    left -= 1;
    reply(response, status, body);
  };
};

describe('an answer to a call', () => {
  const meanings: [string, [number, unknown], [number, unknown], object][] = [
    ['400', [400, errors('no')], well, { code: 'vault_refused' }],
    ['403', [403, errors('permission denied')], well, { code: 'vault_denied' }],
    [
      '404 with a text',
      [404, errors('no handler for route')],
      well,
      { code: 'vault_mount_missing' },
    ],
    ['405', [405, errors('unsupported operation')], well, { code: 'vault_refused' }],
    ['412', [412, errors('index')], well, { code: 'vault_standby' }],
    [
      '429, by a quota',
      [429, errors('quota')],
      well,
      { code: 'vault_slow', fields: { reason: 'rate-limited' } },
    ],
    ['429, of a standby', [429, {}], [429, { sealed: false }], { code: 'vault_standby' }],
    ['472', [472, {}], [472, {}], { code: 'vault_standby' }],
    ['473', [473, {}], [473, {}], { code: 'vault_standby' }],
    [
      '500, audit device',
      [500, errors('no audit backend succeeded')],
      well,
      { code: 'vault_failing' },
    ],
    [
      '500, while sealing',
      [500, errors('context canceled')],
      [503, { sealed: true }],
      { code: 'vault_sealed' },
    ],
    ['501', [501, {}], [501, {}], { code: 'vault_uninitialized' }],
    ['502 of a proxy', [502, '<html>'], well, { code: 'vault_failing' }],
    ['503, sealed', [503, errors('Vault is sealed')], [503, {}], { code: 'vault_sealed' }],
    ['503 of a proxy', [503, '<html>'], well, { code: 'vault_failing' }],
    ['504', [504, '<html>'], [503, { sealed: true }], { code: 'vault_sealed' }],
  ];
  it.each(meanings)('of %s', async (_, data, health, expected) => {
    const client = (await fake(both(data, health))).client();
    await expect(client.request(READ)).rejects.toMatchObject(expected);
  });

  it('of 404 without a text means that nothing is there', async () => {
    const client = (await fake(onData(404, { errors: [] }))).client();
    expect(await client.request(READ)).toBeNull();
  });

  it('of 204 is an empty success', async () => {
    const client = (await fake(onData(204, ''))).client();
    expect(await client.request(READ)).toEqual({});
  });

  it.each([301, 302, 303, 307, 308])('of %d is not followed to another host', async (status) => {
    const other = await startFakeVault();
    const here = await fake((asked, response) => {
      if (!asked.url.startsWith('/v1/kv/')) return 'default';
      response.writeHead(status, { Location: `${other.address}/v1/kv/data/a` });
      response.end();
    });
    const call = here.client().request({ ...READ, method: 'POST', body: { a: 'b' } });
    await expect(call).rejects.toMatchObject({
      code: 'vault_refused',
      fields: { reason: 'redirect' },
      message: expect.stringContaining('VAULT_ADDR'),
    });
    expect(other.asked).toEqual([]);
    await other.stop();
  });
});

describe('a fault that passes', () => {
  const upgrading = errors('Upgrading from non-versioned to versioned data.');

  it.each<[number, unknown]>([
    [412, {}],
    [429, {}],
    [473, {}],
    [500, {}],
    [502, '<html>'],
    [503, '<html>'],
    [400, upgrading],
  ])('of status %d is not noticed', async (status, body) => {
    const here = await fake(once(status, body));
    await expect(here.client().request(READ)).resolves.toMatchObject({ data: {} });
    expect(here.about('kv')).toHaveLength(2);
  });

  it.each<[number, number]>([
    [429, 2],
    [412, 2],
    [500, 1],
    [504, 1],
  ])('of status %d sends what must not be done twice %d times', async (status, times) => {
    const here = await fake(once(status));
    await here
      .client()
      .request({ ...READ, method: 'POST', repeatable: false })
      .catch(() => null);
    expect(here.about('kv')).toHaveLength(times);
  });

  it('a conflict with another change is tried again until it gets through, since nothing was done', async () => {
    let left = 6;
    const here = await fake(({ url }, response) => {
      if (!url.startsWith('/v1/kv/') || left === 0) return 'default';
      left -= 1;
      reply(response, 500, errors('gets had different structure: transaction commit failed'));
    });
    const call = { ...READ, method: 'POST', repeatable: false } as const;
    await expect(here.client().request(call)).resolves.toMatchObject({ data: {} });
    expect(here.about('kv')).toHaveLength(7);
  });

  it('what must not be done twice is not sent again over a cut connection', async () => {
    const here = await fake(({ url }, response) => {
      if (!url.startsWith('/v1/kv/')) return 'default';
      response.socket?.destroy();
    });
    const call = here.client().request({ ...READ, method: 'POST', repeatable: false });
    await expect(call).rejects.toMatchObject({ code: 'vault_unreachable' });
    expect(here.about('kv')).toHaveLength(1);
  });
});

describe('check', () => {
  it.each<[number, unknown, string]>([
    [472, {}, 'vault_standby'],
    [501, { sealed: true }, 'vault_uninitialized'],
    [503, { sealed: true }, 'vault_sealed'],
    [500, {}, 'vault_failing'],
    [200, '<html>', 'vault_failing'],
    [200, { status: 'ok' }, 'vault_failing'],
    [404, { errors: [] }, 'vault_failing'],
  ])('with health %d %j throws %s', async (status, body, code) => {
    const here = await fake(both([200, {}], [status, body]));
    await expect(here.client().check()).rejects.toMatchObject({ code });
  });

  it.each([200, 429, 473])(
    'with health %d resolves when our token is taken there',
    async (status) => {
      const here = await fake(both([200, {}], [status, HEALTHY]));
      await expect(here.client().check()).resolves.toBeUndefined();
    },
  );

  it.each([429, 473])('with health %d throws when that node serves nothing', async (status) => {
    const here = await fake((_, response) => reply(response, status, {}));
    await expect(here.client().check()).rejects.toMatchObject({ code: 'vault_standby' });
  });
});

describe('a request', () => {
  it('carries the token and the namespace, and asks for health without either', async () => {
    const here = await fake();
    const client = here.client({ namespace: 'team/a' });
    await client.check();
    await client.request(READ);
    const [health] = here.about('sys/health');
    expect(health?.headers).not.toHaveProperty('x-vault-token');
    expect(health?.headers).not.toHaveProperty('x-vault-namespace');
    for (const { headers } of here.asked.filter((one) => one !== health)) {
      expect(headers).toMatchObject({
        'x-vault-token': expect.stringContaining('canary'),
        'x-vault-namespace': 'team/a',
        'x-vault-request': 'true',
      });
    }
  });

  it('takes nothing from the environment that the settings did not give', async () => {
    const names = ['HTTP_PROXY', 'http_proxy', 'VAULT_TOKEN', 'VAULT_NAMESPACE', 'VAULT_PREFIX'];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = 'http://127.0.0.1:1';
    try {
      const here = await fake();
      await here.client().request(READ);
      const [sent] = here.about('kv');
      expect(sent?.url).toBe('/v1/kv/data/a');
      expect(sent?.headers).not.toHaveProperty('x-vault-namespace');
    } finally {
      for (const [at, name] of names.entries()) {
        if (before[at] === undefined) delete process.env[name];
        else process.env[name] = before[at];
      }
    }
  });

  it('lists by GET, which proxies let through', async () => {
    const here = await fake();
    await here.client().request({ operation: 'test.list', method: 'LIST', path: 'kv/metadata' });
    expect(here.about('kv')[0]).toMatchObject({ method: 'GET', url: '/v1/kv/metadata?list=true' });
  });

  it('is told to the observer, each time it is sent', async () => {
    const seen: [string, string][] = [];
    const here = await fake(onData(500));
    const observer = {
      called: (operation: string, outcome: string) => void seen.push([operation, outcome]),
    };
    await here
      .client({ observer })
      .request(READ)
      .catch(() => null);
    expect(seen).toEqual([
      ['auth.lookup', 'ok'],
      ['test.read', 'vault_failing'],
      ['test.read', 'vault_failing'],
      ['test.read', 'vault_failing'],
      ['sys.health', 'ok'],
    ]);
  });
});
