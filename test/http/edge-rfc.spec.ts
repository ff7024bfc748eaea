import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEdge, type Edge } from './support/edge-app.js';
import { problemIn, raw } from './support/raw.js';
import { SampleController } from './support/sample.controllers.js';

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge([SampleController]);
});
afterAll(() => edge.app.close());

/** A request with a Host header of its own unless the lines bring one. */
function send(start: string, lines: readonly string[] = ['Host: a'], body = ''): Promise<string> {
  const head = [`${start} HTTP/1.1`, ...lines, 'Connection: close', '', ''].join('\r\n');
  return raw(edge.port, head + body);
}

describe('a method that is not known at a known address', () => {
  it.each([
    'PUT',
    'QUERY',
    'TRACE',
    'PROPFIND',
    'OPTIONS',
    'CONNECT',
    'get',
    'Post',
    'FOO',
    'GETX',
    'M-SEARCH',
  ])('%s gets 405 and what there is', async (method) => {
    for (const target of [
      '/v1/things',
      '/v1/%74hings',
      '/v1/things?limit=1',
      'http://a/v1/things',
    ]) {
      const found = problemIn(await send(`${method} ${target}`));
      expect({ target, ...found }).toMatchObject({
        target,
        status: 405,
        code: 'method_not_allowed',
        allow: 'GET, HEAD, POST',
      });
    }
  });

  it('matters more than the body that came with it', async () => {
    for (const [type, body] of [
      ['text/plain', 'hello'],
      ['application/json', '{x'],
    ] as const) {
      const lines = ['Host: a', `Content-Type: ${type}`, `Content-Length: ${body.length}`];
      expect(problemIn(await send('PUT /v1/things', lines, body))).toMatchObject({ status: 405 });
      expect(problemIn(await send('POST /v1/nothing', lines, body))).toMatchObject({
        status: 404,
        code: 'route_not_found',
      });
    }
  });

  it('gets 404 where nothing is at all', async () => {
    for (const method of ['PUT', 'QUERY', 'OPTIONS', 'get', 'FOO']) {
      expect(problemIn(await send(`${method} /v1/nothing`))).toMatchObject({ status: 404 });
    }
  });

  it('gets 405 that allows nothing where it would make us a proxy', async () => {
    const found = problemIn(await send('CONNECT db.internal:5432'));
    expect(found).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect(found.head).toMatch(/^allow: *$/im);
  });

  it('has no body in the answer to HEAD', async () => {
    const [head, body] = (await send('HEAD /v1/signup')).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 405 [^]*allow: POST/i);
    expect(body).toBe('');
  });
});

describe('a host', () => {
  it.each<[string, readonly string[]]>([
    ['none', []],
    ['two', ['Host: a', 'Host: b']],
    ['the same one twice', ['Host: a', 'host: a']],
    ['an empty one', ['Host: ']],
    ['blanks in it', ['Host: a b']],
    ['a list', ['Host: a, b']],
    ['a user', ['Host: user@a']],
    ['a path', ['Host: a/b']],
    ['a port that is none', ['Host: a:http']],
    ['half an IPv6 address', ['Host: [::1']],
    ['markup', ['Host: <script>']],
  ])('is refused: %s', async (_what, lines) => {
    const found = problemIn(await send('GET /healthz', lines));
    expect(found).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it.each(['a', 'A.Example.com', 'a:3000', 'my_service', '127.0.0.1:80', '[::1]', '[::1]:3000'])(
    'is taken: %s',
    async (host) => {
      expect(await send('GET /healthz', [`Host: ${host}`])).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  it.each([
    'http://evil.example/healthz',
    'http://a@evil.example/healthz',
    'http://a:81/healthz',
    'https://a:80/healthz',
    'ftp://a/healthz',
  ])('is refused where the address names another one: %s', async (target) => {
    expect(problemIn(await send(`GET ${target}`))).toMatchObject({ status: 400 });
  });
});

describe('an expectation', () => {
  it.each(['tea', '100-continue, tea', '200-ok', 'x=100-continue'])(
    'that is not met is refused before anything else: %s',
    async (expectation) => {
      const lines = ['Host: a', `Expect: ${expectation}`, 'Content-Length: 0'];
      const answer = await send('POST /v1/signup', lines);
      const last = answer.slice(answer.lastIndexOf('HTTP/1.1 '));
      expect(problemIn(last)).toMatchObject({ status: 417, code: 'expectation_failed' });
    },
  );

  it.each(['100-continue', '100-Continue'])('is met: %s', async (expectation) => {
    const lines = [
      'Host: a',
      `Expect: ${expectation}`,
      'Content-Type: application/json',
      'Content-Length: 2',
    ];
    const answer = await send('POST /v1/signup', lines, '{}');
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 422 /);
  });
});

describe('a message that two readers could read in two ways', () => {
  const json = ['Host: a', 'Content-Type: application/json'];
  it.each<[string, readonly string[], string]>([
    ['a folded line', ['Host: a', 'X: y\r\n z'], ''],
    ['a bare carriage return', ['Host: a', 'X: y\rz'], ''],
    ['a blank before the colon', ['Host: a', 'X : y'], ''],
    ['a length with a sign', [...json, 'Content-Length: +2'], '{}'],
    ['a length below nothing', [...json, 'Content-Length: -1'], ''],
    ['a length no number holds', [...json, 'Content-Length: 99999999999999999999999'], '{}'],
    ['lengths that differ', [...json, 'Content-Length: 2', 'Content-Length: 3'], '{}'],
    [
      'a coding nobody asked for',
      [...json, 'Transfer-Encoding: gzip, chunked'],
      '2\r\n{}\r\n0\r\n\r\n',
    ],
    ['a coding that is not the last', [...json, 'Transfer-Encoding: chunked, gzip'], '0\r\n\r\n'],
    ['a coding with a made-up name', [...json, 'Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['a chunk without a size', [...json, 'Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'],
    ['two types', [...json, 'Content-Type: text/plain', 'Content-Length: 2'], '{}'],
    ['two credentials', ['Host: a', 'Authorization: Bearer a', 'Authorization: Bearer b'], ''],
  ])('is refused, once: %s', async (_what, lines, body) => {
    const answer = await send('POST /v1/signup', lines, body);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'bad_request' });
    expect(answer).toMatch(/connection: close/i);
  });

  it.each(['GET /healthz#part', 'GET /healthz?x#part'])('has no fragment: %s', async (start) => {
    expect(problemIn(await send(start))).toMatchObject({ status: 400, code: 'url_invalid' });
  });

  it('is of HTTP/1', async () => {
    for (const version of ['0.9', '1.2', '2.0', '3.0']) {
      const answer = await raw(edge.port, `GET /healthz HTTP/${version}\r\nHost: a\r\n\r\n`);
      expect(problemIn(answer)).toMatchObject({ status: 400, code: 'bad_request' });
    }
  });

  it('leaves the server working', async () => {
    expect((await edge.call({ url: '/healthz' })).statusCode).toBe(200);
    expect(edge.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
