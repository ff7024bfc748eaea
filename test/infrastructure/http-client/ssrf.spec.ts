import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { guardedLookup } from '../../../src/infrastructure/http-client/guarded-lookup.js';
import { isPublicAddress } from '../../../src/infrastructure/http-client/public-address.js';
import { countConnections } from './count-connections.js';
import { PRIVATE_V4, PRIVATE_V6, hostileUrls, wrapped } from './hostile-urls.js';
import { startLoopback } from './loopback-server.js';
import type { LoopbackServer } from './loopback-server.js';

const HOSTS = ['api.made-up.test', '*.shops.test'];

/** Public, of a block that was given to nobody: a connection to it leads nowhere. */
const NOBODY = '2fff::1';

describe('no call leaves for where it may not go', () => {
  let server: LoopbackServer;
  let http: HttpClient;
  let asked: string[];
  let answers: (readonly string[])[];
  let connections: ReturnType<typeof countConnections>;
  beforeEach(async () => {
    server = await startLoopback((_request, response) => response.end('{}'));
    asked = [];
    answers = [];
    http = new HttpClient({
      connectMs: 500,
      resolve: (host) => {
        asked.push(host);
        return Promise.resolve(answers.shift() ?? ['127.0.0.1']);
      },
    });
    connections = countConnections();
  });
  afterEach(async () => {
    connections.stop();
    await http.close();
    await server.close();
  });

  const codeOf = (url: string, origin: string | null = null): Promise<unknown> =>
    http.send({ method: 'GET', url, allow: { hosts: HOSTS, origin } }).then(
      ({ status }) => status,
      (error: { code?: unknown }) => error.code,
    );

  test.each(['in an ordinary installation', 'where a stand-in is placed'])(
    'whatever the URL looks like, %s',
    async (where) => {
      const urls = hostileUrls(server.port);
      expect(new Set(urls).size).toBeGreaterThan(500);
      // A stand-in at an origin of its own opens that one and no other.
      const origin = where.includes('stand-in') ? 'http://127.0.0.1:9' : null;
      const let_through: string[] = [];
      for (const url of urls) {
        if ((await codeOf(url, origin)) !== 'outbound_refused') let_through.push(url);
      }
      expect(let_through).toEqual([]);
      expect([asked, server.connections, connections.opened]).toEqual([[], 0, 0]);
    },
  );

  const forbidden = [
    ...PRIVATE_V4,
    ...PRIVATE_V6,
    ...PRIVATE_V4.flatMap(wrapped),
    'fe80::1%eth0',
    'not an address',
    '',
  ];
  test(`to a listed name with one of ${forbidden.length} addresses that are not public`, async () => {
    for (const address of forbidden) {
      answers = [[address]];
      expect([address, await codeOf('https://api.made-up.test/v1')]).toEqual([
        address,
        'outbound_refused',
      ]);
    }
    expect(asked).toHaveLength(forbidden.length);
    expect([server.connections, connections.opened]).toEqual([0, 0]);
  });

  test('to a name that has a public address and a private one', async () => {
    answers = [[NOBODY, '10.0.0.1']];
    expect(await codeOf('https://a.shops.test/')).toBe('outbound_refused');
    expect(connections.opened).toBe(0);
  });

  test('to a name whose address changes between two connections', async () => {
    answers = [[NOBODY], ['127.0.0.1']];
    expect(await codeOf('https://api.made-up.test/')).not.toBe('outbound_refused');
    expect(await codeOf('https://api.made-up.test/')).toBe('outbound_refused');
    expect(asked).toEqual(['api.made-up.test', 'api.made-up.test']);
    expect([server.connections, connections.opened]).toEqual([0, 0]);
  });

  test('to another address than the one that was checked', async () => {
    let calls = 0;
    const lookup = guardedLookup(() => {
      calls += 1;
      return Promise.resolve(calls === 1 ? [NOBODY] : ['127.0.0.1']);
    });
    for (const autoSelectFamily of [true, false, true]) {
      const error = await new Promise((resolve) => {
        const socket = connect({
          host: 'rebinding.test',
          port: server.port,
          lookup,
          autoSelectFamily,
        });
        socket.setTimeout(500, () => socket.destroy(new Error('nobody there')));
        socket.on('error', resolve).on('connect', () => resolve('connected'));
      });
      expect(error).not.toBe('connected');
    }
    expect([calls, server.connections]).toEqual([3, 0]);
  });

  test('after a redirect: it is an answer like others', async () => {
    const inner = await startLoopback((_request, response) => response.end('{"inner":1}'));
    const outer = await startLoopback((request, response) => {
      const [, status = '302'] = String(request.url).split('/');
      response.writeHead(Number(status), { location: `${inner.origin}/secret` }).end();
    });
    for (const status of [300, 301, 302, 303, 307, 308]) {
      expect(await codeOf(`${outer.origin}/${status}`, outer.origin)).toBe(status);
    }
    expect([inner.connections, outer.requests.length]).toEqual([0, 6]);
    await Promise.all([inner.close(), outer.close()]);
  });

  test('to the stand-in’s host at another port', async () => {
    const placed = await startLoopback((_request, response) => response.end('{}'));
    expect(await codeOf(`${placed.origin}/x`, placed.origin)).toBe(200);
    expect(await codeOf(`${server.origin}/x`, placed.origin)).toBe('outbound_refused');
    expect(server.connections).toBe(0);
    await placed.close();
  });

  test.each(['line\r\nend', 'nul\0', 'wide \u0100'])(
    'with a header that is none: %j',
    async (value) => {
      const sent = http.send({
        method: 'GET',
        url: `${server.origin}/x`,
        allow: { hosts: [], origin: server.origin },
        headers: { 'x-made-up': value },
      });
      await expect(sent).rejects.toMatchObject({ code: 'outbound_refused' });
      expect(server.requests).toEqual([]);
    },
  );

  test.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])(
    'but public addresses are public: %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each([
    'https://API.Made-Up.TEST/x',
    'https://api.made-up.test./x',
    'https://a.shops.test:443/',
  ])('but a listed host is listed however it is written: %s', async (url) => {
    answers = [[NOBODY]];
    expect(await codeOf(url)).not.toBe('outbound_refused');
    expect(asked).toEqual([url.includes('shops') ? 'a.shops.test' : 'api.made-up.test']);
  });
});
