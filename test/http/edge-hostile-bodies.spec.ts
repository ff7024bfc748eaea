import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEdge, type Edge } from './support/edge-app.js';
import { SampleController } from './support/sample.controllers.js';

let edge: Edge;
let sample: SampleController;
beforeAll(async () => {
  edge = await createEdge([SampleController]);
  sample = edge.app.get(SampleController);
});
beforeEach(() => {
  sample.received = [];
});
afterAll(() => edge.app.close());

const OWNER = { name: 'Ada Lovelace', email: ' Ada@Example.com ', password: 'a long enough one' };
const SIGNUP = { organization: ' Bluebird Coffee ', slug: 'bluebird', owner: OWNER };

/** Refused while the body is read, with a code of their own. */
const FORBIDDEN = new Set(['__proto__', 'constructor']);

const post = (payload: string | Buffer | object, headers: Record<string, string> = {}) =>
  edge.call({
    method: 'POST',
    url: '/v1/signup',
    headers: { 'content-type': 'application/json', ...headers },
    payload:
      typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
  });

async function refused(answer: ReturnType<typeof post>, status: number, code: string) {
  const { statusCode, headers, body, json } = await answer;
  expect({ statusCode, code: json<{ code: string }>().code }).toEqual({ statusCode: status, code });
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(body).not.toMatch(/ at .*\.[jt]s/);
  expect(sample.received).toEqual([]);
  return json<{ errors?: { path: string; code: string; message: string }[] }>();
}

describe('a good body', () => {
  it('arrives normalised', async () => {
    const answer = await post(SIGNUP);
    expect(answer.statusCode).toBe(201);
    expect(sample.received).toEqual([
      {
        organization: 'Bluebird Coffee',
        slug: 'bluebird',
        owner: { ...OWNER, email: 'ada@example.com' },
      },
    ]);
  });

  it.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"'])(
    'may come as %s',
    async (type) => {
      expect((await post(SIGNUP, { 'content-type': type })).statusCode).toBe(201);
    },
  );

  it.each(['Łukasz Żółć', '山田太郎', 'محمد', 'O’Brien-Smith', '👩‍🚀 Zoë', 'Drop Table'])(
    'may hold the name %s',
    async (name) => {
      expect((await post({ ...SIGNUP, owner: { ...OWNER, name } })).statusCode).toBe(201);
    },
  );
});

describe('a body that cannot be read', () => {
  const text = JSON.stringify(SIGNUP);
  it.each<[string, string | Buffer, string]>([
    ['not JSON', '{"organization":', 'json_invalid'],
    ['JSON with a comment', '{/* hi */}', 'json_invalid'],
    ['two documents', '{}{}', 'json_invalid'],
    ['NaN', '{"a":NaN}', 'json_invalid'],
    ['a key twice', '{"slug":"a","slug":"b"}', 'json_duplicate_key'],
    ['an escaped key twice', '{"slug":"a","\\u0073lug":"b"}', 'json_duplicate_key'],
    ['nesting without end', `${'['.repeat(50_000)}`, 'json_too_deep'],
    ['deep nesting', `${'{"a":'.repeat(60)}1${'}'.repeat(60)}`, 'json_too_deep'],
    [
      'invalid UTF-8',
      Buffer.from(text.replace('bluebird', 'blue\u00ff'), 'latin1'),
      'json_bad_text',
    ],
    ['NUL in a text', text.replace('"bluebird"', '"blue\\u0000"'), 'json_bad_text'],
    ['half a surrogate pair', text.replace('"bluebird"', '"\\ud800"'), 'json_bad_text'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'json_forbidden_key'],
    ['constructor', '{"constructor":{"prototype":{"a":1}}}', 'json_forbidden_key'],
    ['UTF-16', Buffer.from(text, 'utf16le'), 'json_invalid'],
  ])('is refused: %s', async (_name, body, code) => {
    await refused(post(body), 400, code);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('is refused before it is read when it is too large', async () => {
    const name = 'A'.repeat(10 * 1024 * 1024);
    await refused(post({ ...SIGNUP, organization: name }), 413, 'json_too_large');
  });

  it.each([
    ['application/x-www-form-urlencoded', 'organization=a'],
    ['text/plain', '{}'],
    ['application/xml', '<a/>'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/json; charset=utf-16', '{}'],
    ['application/jsonp', '{}'],
    ['nonsense', '{}'],
  ])('is refused: content type %s', async (type, body) => {
    await refused(post(body, { 'content-type': type }), 415, 'media_type_unsupported');
  });

  it('is refused when it is compressed', async () => {
    await refused(post('{}', { 'content-encoding': 'gzip' }), 415, 'media_type_unsupported');
  });
});

describe('a body of the wrong shape', () => {
  it.each<[string, object | string]>([
    ['an array', []],
    ['an array of good ones', [SIGNUP]],
    ['a text', '"hello"'],
    ['a number', '7'],
    ['null', 'null'],
  ])('is refused: %s', async (_name, body) => {
    const { errors } = await refused(post(body), 422, 'validation_failed');
    expect(errors).toEqual([{ path: '', code: 'wrong_shape', message: 'must be a JSON object' }]);
  });

  it('is refused when it is missing, and told what was needed', async () => {
    const { errors } = await refused(post(''), 422, 'validation_failed');
    expect(errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['organization', 'slug', 'owner']),
    );
  });

  it('has each unknown field named, nested ones too', async () => {
    const body = { ...SIGNUP, admin: true, owner: { ...OWNER, role: 'owner' } };
    const { errors } = await refused(post(body), 422, 'validation_failed');
    expect(errors).toEqual([
      { path: 'admin', code: 'unknown_field', message: 'is not a field of this request' },
      { path: 'owner.role', code: 'unknown_field', message: 'is not a field of this request' },
    ]);
  });

  it.each(Object.getOwnPropertyNames(Object.prototype).filter((name) => !FORBIDDEN.has(name)))(
    'has a field named %s refused, as unknown as any other',
    async (name) => {
      const unknown = { code: 'unknown_field', message: 'is not a field of this request' };
      for (const value of ['x', null, 1, {}]) {
        const top = await refused(post({ ...SIGNUP, [name]: value }), 422, 'validation_failed');
        expect(top.errors).toEqual([{ path: name, ...unknown }]);
        const inner = { ...SIGNUP, owner: { ...OWNER, [name]: value } };
        const nested = await refused(post(inner), 422, 'validation_failed');
        expect(nested.errors).toEqual([{ path: `owner.${name}`, ...unknown }]);
      }
    },
  );

  it('never has values or strange keys repeated', async () => {
    const body = { ...SIGNUP, '<script>alert(1)</script>': 'x', slug: 'MARKER-VALUE' };
    const answer = await post(body);
    expect(answer.body).not.toMatch(/script|MARKER/);
    expect(answer.json<{ errors: object[] }>().errors).toContainEqual(
      expect.objectContaining({ path: '?', code: 'unknown_field' }),
    );
  });

  it('with thousands of unknown fields gets a short answer', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`field${at}`, at]));
    const { errors } = await refused(post(many), 422, 'validation_failed');
    expect(errors?.length).toBe(50);
  });

  it.each<[string, unknown]>([
    ['organization', "'; DROP DATABASE numoon; --\u0007"],
    ['organization', '   '],
    ['organization', 'A'.repeat(101)],
    ['organization', '\u202ecoffee'],
    ['organization', 'a\u2066b'],
    ['organization', 'line\nbreak'],
    ['organization', '\u200b'],
    ['organization', 7],
    ['organization', ['Bluebird']],
    ['organization', { toString: 'x' }],
    ['slug', "'; drop database"],
    ['slug', '🐦bird'],
    ['slug', 'مقهى'],
    ['slug', '\u202ebird'],
    ['slug', 'Blue Bird'],
    ['slug', 'a--b'],
    ['slug', '-bird'],
    ['slug', 'bird-'],
    ['slug', 'ab'],
    ['slug', 'a'.repeat(41)],
    ['slug', 'bird\n'],
    ['isolation', 'cluster'],
    ['isolation', ['database']],
    ['isolation', null],
    ['isolation', 'toString'],
    ['owner', null],
    ['owner', 'Ada'],
    ['owner', [OWNER]],
    ['owner.email', 'not-an-address'],
    ['owner.email', `${'a'.repeat(250)}@example.com`],
    ['owner.email', 'a@b.example\u0000'],
    ['owner.email', ['a@example.com', 'b@example.com']],
    ['owner.email', { $ne: null }],
    ['owner.password', ''],
    ['owner.password', 12345678901],
    ['owner.password', 'p'.repeat(257)],
    ['owner.name', null],
  ])('is refused for %s = %j', async (path, value) => {
    const [field, inner] = path.split('.') as [string, string?];
    const body =
      inner === undefined
        ? { ...SIGNUP, [field]: value }
        : { ...SIGNUP, owner: { ...OWNER, [inner]: value } };
    const text = JSON.stringify(body);
    const answer = text.includes('\\u0000')
      ? await refused(post(body), 400, 'json_bad_text')
      : await refused(post(body), 422, 'validation_failed');
    expect(answer.errors?.some((error) => error.path.startsWith(field))).toBe(true);
  });
});

describe('other inputs', () => {
  it('lets a body on GET lie', async () => {
    const answer = await edge.call({
      method: 'GET',
      url: '/healthz',
      headers: { 'content-type': 'text/plain', 'content-length': '5' },
      payload: 'hello',
    });
    expect(answer.statusCode).toBe(200);
  });

  it('hands a route that asks for them the bytes as they were sent', async () => {
    const answer = await edge.call({
      method: 'POST',
      url: '/v1/webhook',
      headers: { 'content-type': 'application/json' },
      payload: '{ "a" : 1, "a": 2 }',
    });
    expect(answer.json()).toEqual({ bytes: 19, isBuffer: true });
  });

  it.each([
    ['?limit=5', 200],
    ['?limit=abc', 422],
    ['?limit=5&limit=6', 422],
    ['?limit=101', 422],
    ['?nonsense=1', 422],
    ['?limit[a]=1', 422],
    ['?limit=%ff', 422],
    ['?limit=', 422],
    ['?limit=0x10', 422],
    ['?limit=1e1', 422],
    ['?limit=%2B5', 422],
    ['?limit=%205', 422],
    ['?limit=5.0', 422],
    ['?limit=05', 200],
    ['?limit=99999999999999999999', 422],
    ['?limit[]=5', 422],
    ['?__proto__=1&limit=5', 422],
    ['?constructor=1&limit=5', 422],
    ['?toString=1', 422],
    ['?hasOwnProperty=1', 422],
  ])('checks the query %s', async (query, status) => {
    const answer = await edge.call({
      url: `/v1/things${query}`,
      headers: { authorization: 'Bearer nm_acme.owner.active' },
    });
    expect(answer.statusCode).toBe(status);
    if (status === 200) expect(answer.json()).toEqual({ limit: 5 });
    else expect(answer.json()).toMatchObject({ code: 'validation_failed' });
  });
});
