import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../../src/kernel/ids.js';
import type { SignedUp, TestApp } from '../../support/test-app.js';
import { connectMill, deliver, scheduleOf, SECRETS, startPepperApp } from './support/pepper-app.js';

let app: TestApp;
let tenant: SignedUp;
let mill: string;
let integration: string;

beforeAll(async () => {
  app = await startPepperApp();
  tenant = await app.signUp({ isolation: 'schema' });
  mill = newId('mil');
  integration = await connectMill(app, tenant.id, mill);
}, 90_000);

afterAll(() => app.close());

const told = () => [{ id: newId('evt'), mill, type: 'grind.done' as const }];

describe('a delivery', () => {
  test('that is genuine is answered 200 and says nothing of what it was about', async () => {
    const answer = await deliver(app, told());
    expect(answer).toMatchObject({ status: 200, body: { received: true } });
    expect(await scheduleOf(app, integration)).toMatchObject({ cause: 'webhook' });
    const nobodys = await deliver(app, [
      { id: newId('evt'), mill: 'mil_of_nobody', type: 'app.removed' },
    ]);
    expect(nobodys).toMatchObject({ status: 200, body: { received: true } });
  });

  test('may be signed with either of two secrets while one replaces the other', async () => {
    for (const secret of SECRETS) {
      expect(await deliver(app, told(), { secret })).toMatchObject({ status: 200 });
    }
  });

  test('is signed over its URL with the query in it', async () => {
    expect(await deliver(app, told(), { path: '/webhooks/pepper?mode=live' })).toMatchObject({
      status: 200,
    });
    const url = `${app.url}/webhooks/pepper?mode=test`;
    expect(await deliver(app, told(), { path: '/webhooks/pepper', url })).toMatchObject({
      status: 401,
    });
  });

  test('whose bytes were touched is forged, also where the JSON is the same', async () => {
    const body = JSON.stringify(told());
    const at = Date.now();
    const { signPepper } = await import('../../connectors/fixtures/pepper/connector.js');
    const signature = signPepper(SECRETS[0], `${app.url}/webhooks/pepper`, body, at);
    expect(await deliver(app, body, { signature })).toMatchObject({ status: 200 });
    expect(await deliver(app, `${body} `, { signature })).toMatchObject({
      status: 401,
      body: { code: 'webhook_forged' },
    });
  });

  test.each([
    ['no signature', null],
    ['an empty one', ''],
    ['somebody else’s', undefined],
    ['one that is no signature', 't=1,v1=zz'],
  ])('with %s is forged, and its content is not looked at', async (_what, signature) => {
    const options = signature === undefined ? { secret: 'guessed' } : { signature };
    for (const body of ['not json', '[]', JSON.stringify(told())]) {
      expect(await deliver(app, body, options)).toMatchObject({
        status: 401,
        body: { code: 'webhook_forged' },
      });
    }
  });

  test.each([-301_000, 301_000])('signed %i ms from now is stale', async (ms) => {
    expect(await deliver(app, told(), { atMs: Date.now() + ms })).toMatchObject({
      status: 401,
      body: { code: 'webhook_stale' },
    });
  });

  test('to a provider that is unknown, or delivers none, goes nowhere', async () => {
    for (const path of ['/webhooks/nobody', '/webhooks/__proto__', '/webhooks/constructor']) {
      expect(await deliver(app, told(), { path })).toMatchObject({
        status: 404,
        body: { code: 'webhook_unknown' },
      });
    }
    expect((await app.call('GET', '/webhooks/pepper')).status).toBe(405);
  });

  test('may be of any type: what counts is its bytes', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'application/secevent+jwt',
      'text/plain; charset=latin1',
    ]) {
      const answer = await deliver(app, told(), { headers: { 'content-type': type } });
      expect(answer).toMatchObject({ status: 200 });
    }
  });

  test('is no call of a browser or of a program: an origin and an Idempotency-Key mean nothing', async () => {
    const headers = { origin: 'https://evil.example', 'idempotency-key': 'the-same' };
    for (let time = 1; time <= 2; time += 1) {
      const answer = await deliver(app, told(), { headers });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('idempotent-replayed')).toBeNull();
    }
  });

  test('larger than a megabyte is refused before its end', async () => {
    const answer = await deliver(app, Buffer.alloc(1024 * 1024 + 1, 0x20));
    expect(answer.status).toBe(413);
    const within = Buffer.alloc(1024 * 1024 - 2, 0x20);
    const fits = await deliver(app, Buffer.concat([Buffer.from('['), within, Buffer.from(']')]));
    expect(fits.status).toBe(200);
  });

  test('that never ends holds nobody up', async () => {
    const { port } = new URL(app.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /webhooks/pepper HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n[');
    expect(await deliver(app, told())).toMatchObject({ status: 200 });
    socket.destroy();
  });

  test.each([
    ['nested a hundred thousand levels deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['not JSON at all', 'hello'],
    ['an object with a prototype', '[{"__proto__":{"type":"app.removed"},"id":"a"}]'],
    ['a list of nothing', '[null]'],
    ['with an account that is no text', '[{"id":"x1","mill":{"a":1},"type":"grind.done"}]'],
    ['with an id that is none', `[{"id":"${'\\u0000'}","mill":"m","type":"grind.done"}]`],
    ['empty', ''],
  ])('that is genuine and %s is answered, and does no harm', async (_what, body) => {
    expect((await deliver(app, body)).status).toBe(200);
    expect(await deliver(app, told())).toMatchObject({ status: 200 });
  });

  test('in a flood is told to slow down, and those before it are looked at', async () => {
    // So few a second that no machine is too slow for a flood.
    const small = await startPepperApp(undefined, { webhooksPerSecond: 2 });
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => deliver(small, '[]', { signature: null })),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([401, 429]));
    const slowed = answers.find(({ status }) => status === 429);
    expect(slowed?.body.code).toBe('rate_limited');
    expect(Number(slowed?.headers.get('retry-after'))).toBeGreaterThan(0);
    await small.close();
  });
});
