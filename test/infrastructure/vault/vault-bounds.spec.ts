import { afterEach, expect, it } from '@jest/globals';
import { hasCode } from '../../../src/kernel/app-error.js';
import { READ, reply, startFakeVault } from './fake-vault.js';
import type { Answer, FakeVault } from './fake-vault.js';

const running: FakeVault[] = [];
afterEach(async () => {
  for (const vault of running.splice(0)) await vault.stop();
});
async function fake(answer?: Answer): Promise<FakeVault> {
  const vault = await startFakeVault(answer);
  running.push(vault);
  return vault;
}
async function timed(work: Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const started = performance.now();
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { error, ms: performance.now() - started };
}
const silent: Answer = () => undefined;
/** Far beyond every limit here, and what a machine that stalls stays below. */
const LONG = 8_000;
const quick = { timeoutMs: 200, totalMs: 500 };

it('a Vault that takes 5 s is called slow in about 5 s, health included', async () => {
  const vault = await fake((_, response) => {
    setTimeout(() => reply(response, 200, { data: {} }), 5_000).unref();
  });
  const { error, ms } = await timed(vault.client().request(READ));
  expect(error).toMatchObject({ code: 'vault_slow', fields: { reason: 'timeout' } });
  expect(ms).toBeGreaterThan(1_900);
  expect(ms).toBeLessThan(12_000);
});

it.each<[string, Answer]>([
  ['never answers', silent],
  ['stops within the answer', (_, response) => void response.write('{"data":')],
  [
    'drips one byte at a time',
    (_, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    },
  ],
])('a Vault that %s is left after the time limit', async (_, answer) => {
  const vault = await fake();
  const client = vault.client(quick);
  await client.request(READ);
  vault.answer(answer);
  const { error, ms } = await timed(client.request(READ));
  expect(error).toMatchObject({ code: 'vault_slow', fields: { operation: 'test.read' } });
  expect(ms).toBeLessThan(LONG);
});

it('a timeout is tried once more and no oftener', async () => {
  const vault = await fake(({ url }) => (url.includes('kv') ? undefined : 'default'));
  await timed(vault.client({ timeoutMs: 100, totalMs: 2_000 }).request(READ));
  expect(vault.about('kv')).toHaveLength(2);
});

it('a connection that is refused is unreachable at once', async () => {
  const vault = await fake();
  const client = vault.client();
  await vault.stop();
  const other = await fake();
  const gone = other.client({ address: vault.address });
  const { error, ms } = await timed(gone.request(READ));
  expect(error).toMatchObject({ code: 'vault_unreachable', fields: { reason: 'ECONNREFUSED' } });
  expect(ms).toBeLessThan(LONG);
  await expect(client.request(READ)).rejects.toMatchObject({ fields: { reason: 'closed' } });
});

it('connections that are cut are tried again, and thrice at the most', async () => {
  let cuts = 0;
  const vault = await fake(({ url }, response) => {
    if (!url.includes('kv') || cuts >= 2) return 'default';
    cuts += 1;
    response.socket?.destroy();
  });
  const client = vault.client();
  await expect(client.request(READ)).resolves.toMatchObject({ data: {} });
  cuts = -100;
  await expect(client.request(READ)).rejects.toMatchObject({ code: 'vault_unreachable' });
  expect(vault.about('kv')).toHaveLength(6);
});

it('a storm of errors 500 gets three tries a call, and then nearly none', async () => {
  const vault = await fake(({ url }, response) =>
    url.includes('kv') ? reply(response, 500, { errors: ['storage'] }) : 'default',
  );
  const client = vault.client();
  const codes = [];
  for (let call = 0; call < 30; call += 1) {
    const { error } = await timed(client.request(READ));
    codes.push(hasCode(error, 'vault_failing'));
  }
  expect(codes).toEqual(Array.from({ length: 30 }, () => true));
  expect(vault.about('kv').length).toBeGreaterThanOrEqual(15);
  expect(vault.about('kv').length).toBeLessThanOrEqual(18);
});

it('while Vault is out, calls fail in no time and do not reach it', async () => {
  const vault = await fake();
  const client = vault.client(quick);
  await client.request(READ);
  vault.answer(silent);
  await timed(client.request(READ));
  const before = vault.asked.length;
  const started = performance.now();
  for (let call = 0; call < 50; call += 1) {
    await expect(client.request(READ)).rejects.toMatchObject({ code: 'vault_slow' });
  }
  expect(performance.now() - started).toBeLessThan(LONG);
  expect(vault.asked.length).toBe(before);
});

it('when it is back, the same client notices within three seconds', async () => {
  const vault = await fake();
  const client = vault.client(quick);
  await client.request(READ);
  vault.answer(silent);
  await timed(client.request(READ));
  vault.answer(() => 'default');
  const started = performance.now();
  while ((await timed(client.request(READ))).error !== null) {
    expect(performance.now() - started).toBeLessThan(LONG);
    await new Promise((done) => setTimeout(done, 20));
  }
});

it('one caller at a time tries whether it is back', async () => {
  const vault = await fake();
  const client = vault.client(quick);
  await client.request(READ);
  vault.answer(silent);
  await timed(client.request(READ));
  await new Promise((done) => setTimeout(done, 1_050));
  const before = vault.about('kv').length;
  await Promise.all(Array.from({ length: 50 }, () => timed(client.request(READ))));
  expect(vault.about('kv').length).toBe(before + 1);
});

it('600 callers of a slow Vault: 32 at a time reach it, the others wait a second at most', async () => {
  const vault = await fake((_, response) => {
    setTimeout(() => reply(response, 200, { data: {} }), 300).unref();
  });
  const client = vault.client();
  await client.request(READ);
  const calls = await Promise.all(Array.from({ length: 600 }, () => timed(client.request(READ))));
  expect(vault.mostAtOnce()).toBeLessThanOrEqual(32);
  const failed = calls.filter(({ error }) => error !== null);
  for (const { error } of failed) {
    expect(error).toMatchObject({ code: 'vault_slow', fields: { reason: 'queue' } });
  }
  expect(calls.length - failed.length).toBeGreaterThanOrEqual(96);
  expect(failed.length).toBeGreaterThan(300);
  expect(Math.max(...calls.map(({ ms }) => ms))).toBeLessThan(LONG);
});

it.each<[string, Answer]>([
  [
    'an endless answer',
    (_, response) => {
      const fill = () => {
        while (response.write('x'.repeat(65_536))) if (response.destroyed) return;
        response.once('drain', fill);
      };
      fill();
    },
  ],
  ['half an answer', (_, response) => reply(response, 200, '{"data":{"a":')],
  ['a page', (_, response) => reply(response, 200, '<html>hello</html>')],
  ['a list', (_, response) => reply(response, 200, [])],
  ['a page for an error', (_, response) => reply(response, 400, '<html>hello</html>')],
  ['a page for nothing', (_, response) => reply(response, 404, '<html>hello</html>')],
])('%s is a failure, never an empty result', async (_, answer) => {
  const vault = await fake((asked, response) =>
    asked.url.includes('kv') ? answer(asked, response) : 'default',
  );
  const { error, ms } = await timed(vault.client().request(READ));
  expect(error).toMatchObject({ code: 'vault_failing' });
  expect(ms).toBeLessThan(LONG);
});
