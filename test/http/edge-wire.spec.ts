import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEdge, type Edge } from './support/edge-app.js';
import { problemIn, raw as rawTo } from './support/raw.js';
import { SampleController } from './support/sample.controllers.js';

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge([SampleController]);
});
afterAll(() => edge.app.close());

const raw = (bytes: string | Buffer) => rawTo(edge.port, bytes);

describe('bytes that are no request', () => {
  it.each<[string, string | Buffer, number, string]>([
    ['nonsense', 'hello\r\n\r\n', 400, 'bad_request'],
    ['TLS on the plain port', Buffer.from([22, 3, 1, 0, 5, 1, 0, 0, 1, 3]), 400, 'bad_request'],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
    [
      'two lengths',
      'POST /v1/signup HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'bad_request',
    ],
    [
      'length and chunks at once (smuggling)',
      'POST /v1/signup HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'bad_request',
    ],
    [
      'a header with a bare line feed',
      'GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n',
      400,
      'bad_request',
    ],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'an address without end',
      `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ])('get a problem document: %s', async (_name, bytes, status, code) => {
    const found = problemIn(await raw(bytes));
    expect(found).toMatchObject({ status, code });
    expect(found.head).toMatch(/content-type: application\/problem\+json/i);
    expect(found.head).toMatch(/x-request-id: req_/i);
    expect(found.head).toMatch(/connection: close/i);
  });

  it('leave the server working', async () => {
    expect((await edge.call({ url: '/healthz' })).statusCode).toBe(200);
  });
});

describe('odd but allowed forms', () => {
  it('an absolute address of the same host counts by its path', async () => {
    const text = await raw(
      'GET http://A:80/healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each(['*', '*healthz'])('the target %s is nothing', async (target) => {
    const text = await raw(`OPTIONS ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(problemIn(text)).toMatchObject({ code: 'route_not_found' });
  });

  it('a client that goes away while sending leaves nothing behind', async () => {
    const socket = connect(edge.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /v1/signup HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(edge.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
