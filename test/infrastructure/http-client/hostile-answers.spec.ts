import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import type { HttpLimits } from '../../../src/infrastructure/http-client/http-limits.js';
import type { HttpAnswer } from '../../../src/infrastructure/http-client/http-request.js';
import { startLoopback, startRaw } from './loopback-server.js';
import type { LoopbackServer } from './loopback-server.js';

const MB = 1024 * 1024;

const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

describe('an answer', () => {
  let http: HttpClient;
  let servers: LoopbackServer[];
  beforeEach(() => {
    http = new HttpClient();
    servers = [];
  });
  afterEach(async () => {
    await http.close();
    await Promise.all(servers.map((server) => server.close()));
  });

  async function ask(
    listener: RequestListener,
    limits: Partial<HttpLimits> = {},
    signal?: AbortSignal,
  ): Promise<HttpAnswer> {
    const server = await startLoopback(listener);
    servers.push(server);
    return send(server, limits, signal);
  }

  async function askRaw(
    bytes: string | ((socket: Socket) => void),
    limits: Partial<HttpLimits> = {},
  ): Promise<HttpAnswer> {
    const server = await startRaw((socket) => {
      socket.once('data', () => (typeof bytes === 'string' ? socket.end(bytes) : bytes(socket)));
    });
    servers.push(server);
    return send(server, limits);
  }

  function send(
    server: LoopbackServer,
    limits: Partial<HttpLimits>,
    signal?: AbortSignal,
  ): Promise<HttpAnswer> {
    return http.send({
      method: 'GET',
      url: `${server.origin}/v1/things/secret-9`,
      allow: { hosts: [], origin: server.origin },
      limits,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('comes unpacked: %s', async (encoding, pack) => {
    const text = JSON.stringify({ text: 'blue '.repeat(50_000) });
    const answer = await ask((_request, response) => {
      response.setHeader('content-encoding', encoding).end(pack(text));
    });
    expect(answer.json()).toEqual(JSON.parse(text));
  });

  test('that is empty has no body', async () => {
    const answer = await ask((_request, response) => response.writeHead(204).end());
    expect([answer.status, answer.json()]).toEqual([204, undefined]);
  });

  test('of a gigabyte is cut at the limit, whatever memory it would have taken', async () => {
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    let sent = 0;
    const pour = (response: ServerResponse): void => {
      while (sent < 1024 * MB && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', () => pour(response));
          return;
        }
      }
      response.end();
    };
    const before = process.memoryUsage().rss;
    await expect(ask((_request, response) => pour(response))).rejects.toMatchObject({
      code: 'answer_too_large',
      fields: { what: 'wire', limitBytes: 16 * MB },
    });
    expect(sent).toBeLessThan(64 * MB);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * MB);
  });

  const zeros = Buffer.alloc(16 * MB);
  test.each([
    ['gzip', Buffer.concat(Array<Buffer>(64).fill(gzipSync(zeros)))],
    ['br', brotliCompressSync(Buffer.concat([zeros, zeros, zeros, zeros]), QUICK)],
    ['deflate', deflateSync(Buffer.concat([zeros, zeros, zeros, zeros]))],
    ['deflate', deflateRawSync(Buffer.concat([zeros, zeros, zeros, zeros]))],
  ])('that is a bomb is cut as it unpacks: %s', async (encoding, bomb) => {
    const before = process.memoryUsage().rss;
    const asked = ask((_request, response) => {
      response.setHeader('content-encoding', encoding).end(bomb);
    });
    await expect(asked).rejects.toMatchObject({
      code: 'answer_too_large',
      fields: { what: 'body' },
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * MB);
  });

  test.each([
    ['compress', 'content-encoding'],
    ['gzip, gzip', 'content-encoding'],
    ['gzip, br', 'content-encoding'],
    ['x\u00a0', 'content-encoding'],
  ])('packed as %j fails: that was not asked for', async (encoding, reason) => {
    const asked = ask((_request, response) => {
      response.setHeader('content-encoding', encoding).end('{}');
    });
    await expect(asked).rejects.toMatchObject({ code: 'outbound_failed', reason });
  });

  test.each([
    ['gzip', Buffer.from('not packed at all')],
    ['gzip', gzipSync('{"a":1}').subarray(0, 12)],
    ['br', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['deflate', deflateSync('{"a":1}').subarray(0, 5)],
  ])('that is no %s fails', async (encoding, body) => {
    const asked = ask((_request, response) => {
      response.setHeader('content-encoding', encoding).end(body);
    });
    await expect(asked).rejects.toMatchObject({
      code: 'outbound_failed',
      reason: 'content-broken-encoding',
    });
  });

  test('nested 100,000 deep is refused, and 64 levels are not', async () => {
    const deep = await ask((_request, response) => response.end('[{"a":'.repeat(50_000)));
    expect(() => deep.json()).toThrow(expect.objectContaining({ code: 'answer_too_deep' }));
    const flat = await ask((_request, response) =>
      response.end(`${'['.repeat(64)}"[[[[\\"[[{{"${']'.repeat(64)}`),
    );
    expect(JSON.stringify(flat.json())).toContain('[[{{');
  });

  test.each([
    'NaN',
    '{"a":NaN}',
    '[Infinity]',
    '[-Infinity]',
    '{"a":1',
    '{"a":1}}',
    "{'a':1}",
    '<html>',
    '[1,]',
    ' ',
    '[01]',
    '{"a":undefined}',
  ])('that is no JSON says so and shows none of it: %j', async (text) => {
    const answer = await ask((_request, response) => response.end(text));
    let thrown: unknown;
    try {
      answer.json();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'answer_not_json' });
    const { message, cause, fields } = thrown as {
      message: string;
      cause?: unknown;
      fields: object;
    };
    expect(cause).toBeUndefined();
    expect(message).toBe('The answer of 127.0.0.1 is not JSON.');
    expect(fields).toEqual({
      method: 'GET',
      host: '127.0.0.1',
      path: '/v1/things/{id}',
      status: 200,
    });
  });

  test.each([
    '{"__proto__":{"a":1},"b":2}',
    '{"\\u005f_proto__":{"a":1},"b":2}',
    '{"_\\u005F\\u0070roto__":{"a":1},"b":2}',
  ])('changes no object by a key: %s', async (text) => {
    const body = (await ask((_request, response) => response.end(text))).json();
    expect(Object.entries(body as object)).toEqual([['b', 2]]);
    expect(Object.assign({}, body)).not.toHaveProperty('a');
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
  });

  test('whose headers never end is cut', async () => {
    const header = `x-made-up-${'a'.repeat(50)}: ${'b'.repeat(4_000)}\r\n`;
    const asked = askRaw(`HTTP/1.1 200 OK\r\n${header.repeat(100)}content-length: 2\r\n\r\n{}`);
    await expect(asked).rejects.toMatchObject({
      code: 'answer_too_large',
      fields: { what: 'headers' },
    });
  });

  test('that does not begin is given up', async () => {
    const asked = ask(() => undefined, { headersMs: 50 });
    await expect(asked).rejects.toMatchObject({
      code: 'outbound_timeout',
      fields: { phase: 'headers' },
    });
  });

  test('whose headers drip in is given up when the whole time is over', async () => {
    const asked = askRaw(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => socket.write('x-a: b\r\n'), 20);
        socket.on('close', () => clearInterval(drip));
      },
      { wholeMs: 300 },
    );
    await expect(asked).rejects.toMatchObject({
      code: 'outbound_timeout',
      fields: { phase: 'whole' },
    });
  });

  test('whose body stops coming is given up', async () => {
    const asked = ask((_request, response) => response.write('{"a":'), { bodyMs: 50 });
    await expect(asked).rejects.toMatchObject({
      code: 'outbound_timeout',
      fields: { phase: 'body' },
    });
  });

  test('whose body drips in is given up when the whole time is over', async () => {
    const asked = ask(
      (_request, response) => {
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      },
      { wholeMs: 300, bodyMs: 10_000 },
    );
    await expect(asked).rejects.toMatchObject({
      code: 'outbound_timeout',
      fields: { phase: 'whole' },
    });
  });

  test.each([
    ['shorter than its length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":1}'],
    ['cut in its chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{"a":1}\r\n'],
    ['of two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 7\r\ncontent-length: 9\r\n\r\n{"a":1}'],
    ['of a length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: seven\r\n\r\n{"a":1}'],
    ['of no protocol', 'SSH-2.0-OpenSSH_9.6 secret\r\n\r\n'],
    ['of nothing', ''],
    ['cut in its headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ])('%s fails, and shows none of it', async (_name, bytes) => {
    const error = await askRaw(bytes).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'outbound_failed' });
    const { message, fields, cause } = error as {
      message: string;
      fields: object;
      cause?: unknown;
    };
    expect(cause).toBeUndefined();
    expect(JSON.stringify([message, fields])).not.toMatch(/secret|"a"|seven/);
  });

  test('longer than its length is read as far as it said', async () => {
    const answer = await askRaw(
      'HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\n{"a":1}HTTP/1.1 200 OK\r\n\r\n',
    );
    expect(answer.json()).toEqual({ a: 1 });
  });

  test('is no longer waited for when the caller gives up, and its reason is thrown', async () => {
    const giveUp = new AbortController();
    const reason = new Error('shutting down');
    const asked = ask(() => giveUp.abort(reason), {}, giveUp.signal);
    await expect(asked).rejects.toBe(reason);
  });

  test('that nobody gives fails', async () => {
    const server = await startLoopback(() => undefined);
    await server.close();
    await expect(send(server, {})).rejects.toMatchObject({
      code: 'outbound_failed',
      reason: 'ECONNREFUSED',
    });
  });

  test('that is not read to its end leaves no connection behind', async () => {
    const endless = await startLoopback((request, response) => {
      response.setHeader('content-encoding', String(request.headers['x-encoding']));
      const pour = setInterval(() => response.write(' '.repeat(1_000)), 1);
      response.on('close', () => clearInterval(pour));
    });
    servers.push(endless);
    for (const encoding of ['identity', 'compress', 'gzip', 'gzip, br']) {
      const asked = http.send({
        method: 'GET',
        url: `${endless.origin}/x`,
        allow: { hosts: [], origin: endless.origin },
        headers: { 'x-encoding': encoding },
        limits: { maxBytes: 10_000 },
      });
      await expect(asked).rejects.toHaveProperty('code');
    }
    while (endless.open > 0) await new Promise(setImmediate);
    expect(endless.open).toBe(0);
  });

  test('leaves the connection to the next call', async () => {
    const server = await startLoopback((_request, response) => response.end('{}'));
    servers.push(server);
    for (let call = 0; call < 5; call += 1) await send(server, {});
    // A second one where the first was not free yet.
    expect(server.requests).toHaveLength(5);
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test('comes over no more connections than are allowed for one origin', async () => {
    await http.close();
    http = new HttpClient({ connectionsPerOrigin: 3 });
    const server = await startLoopback((_request, response) =>
      setImmediate(() => response.end('{}')),
    );
    servers.push(server);
    await Promise.all(Array.from({ length: 30 }, () => send(server, {})));
    expect([server.requests.length, server.connections]).toEqual([30, 3]);
  });
});
