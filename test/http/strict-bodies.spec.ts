import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Secret } from '../../src/kernel/secret.js';
import { ADMIN_TOKEN, startTestApp, type SignedUp, type TestApp } from '../support/test-app.js';
import { controlUrl } from '../support/test-postgres.js';

const FIXTURES = fileURLToPath(new URL('../connectors/fixtures', import.meta.url));

const APP = { baseUrl: null, clientId: 'id', clientSecret: new Secret('s'), webhookSecrets: [] };

const JSON_TYPE: Record<string, string> = { 'content-type': 'application/json' };

interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
}

let app: TestApp;
let tenant: SignedUp;
let document: OpenAPIObject;
let integration: string;

beforeAll(async () => {
  app = await startTestApp(
    { stockDatabases: 1, providers: new Map([['lemonade', APP]]) },
    controlUrl(),
    {
      connectorFolders: [FIXTURES],
    },
  );
  document = (await app.call('GET', '/openapi.json')).body as OpenAPIObject;
  tenant = await app.signUp();
  const begun = await app.call('POST', '/v1/integrations', {
    key: tenant.key,
    body: { provider: 'lemonade' },
  });
  integration = begun.body.id;
});

afterAll(() => app.close());

/** Every operation with a JSON body, each with its path for one that is there and its schema. */
function operations(): {
  name: string;
  method: string;
  path: string;
  key: string;
  schema: Schema;
}[] {
  return Object.entries(document.paths).flatMap(([template, item]) =>
    Object.entries(item as Record<string, { requestBody?: object }>).flatMap(([method, it]) => {
      const body = it.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined;
      const schema = body?.content?.['application/json']?.schema;
      if (schema === undefined) return [];
      const path = template
        .replace('/integrations/{id}', `/integrations/${integration}`)
        .replace('/tenants/{id}', `/tenants/${tenant.id}`)
        .replace('{id}', 'mbr_aaaaaaaaaaaaaaaaaaaa');
      const key = path.startsWith('/admin') ? ADMIN_TOKEN : tenant.key;
      const name = `${method.toUpperCase()} ${template}`;
      return [{ name, method: method.toUpperCase(), path, key, schema: resolved(schema) }];
    }),
  );
}

function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components?.schemas?.[name] as Schema);
}

/** The places of the fields of a body, `owner.email` among them. */
function places(schema: Schema): string[] {
  return Object.entries(resolved(schema).properties ?? {}).flatMap(([name, field]) => [
    name,
    ...places(field).map((inner) => `${name}.${inner}`),
  ]);
}

function bodyWith(place: string, value: unknown): Record<string, unknown> {
  const [first = '', ...rest] = place.split('.');
  return { [first]: rest.length === 0 ? value : bodyWith(rest.join('.'), value) };
}

/** Which fields were told to be wrong, for one body. */
async function refusedFor(
  { method, path, key }: { method: string; path: string; key: string },
  body: unknown,
): Promise<string[]> {
  const answer = await app.call(method, path, { key, body });
  expect([path, body, answer.status]).toEqual([path, body, 422]);
  return (answer.body.errors as { path: string }[]).map((error) => error.path);
}

describe('every body of the document', () => {
  it('takes null in place of no field, at any depth', async () => {
    expect(operations().length).toBeGreaterThan(12);
    for (const operation of operations()) {
      for (const place of places(operation.schema)) {
        const told = await refusedFor(operation, bodyWith(place, null));
        expect([operation.name, place, told]).toEqual([
          operation.name,
          place,
          expect.arrayContaining([place]),
        ]);
      }
    }
  });

  it('has no field whose name every object inherits', async () => {
    for (const operation of operations()) {
      for (const name of ['toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']) {
        const told = await refusedFor(operation, { [name]: 'x' });
        expect([operation.name, told]).toEqual([operation.name, [name]]);
      }
    }
  });

  it('is an object', async () => {
    for (const operation of operations()) {
      for (const body of ['[]', '[{}]', 'null', '7', '"text"', 'true']) {
        const answer = await app.call(operation.method, operation.path, {
          key: operation.key,
          body,
        });
        expect([operation.name, body, answer.status]).toEqual([operation.name, body, 422]);
      }
    }
  });

  it('takes no field of another kind than its own', async () => {
    for (const operation of operations()) {
      for (const place of places(operation.schema)) {
        for (const value of [[], [{}], [['a']], 1e300, -1, 0.5, '', true]) {
          if (value === true && place === 'fix') continue;
          const told = await refusedFor(operation, bodyWith(place, value));
          expect([operation.name, place, value, told.length > 0]).toEqual([
            operation.name,
            place,
            value,
            true,
          ]);
        }
      }
    }
  });
});

describe('a body that was left out', () => {
  it('is refused where something was to be changed', async () => {
    const before = await app.call('GET', '/v1/tenant', { key: tenant.key });
    for (const headers of [{}, JSON_TYPE]) {
      const answer = await app.call('PATCH', '/v1/tenant', { key: tenant.key, headers });
      expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
      expect(answer.body.errors).toEqual([
        { path: '', code: 'wrong_shape', message: 'must be a JSON object' },
      ]);
    }
    const after = await app.call('GET', '/v1/tenant', { key: tenant.key });
    expect(after.body).toEqual(before.body);
  });
});

describe('parts of a connection', () => {
  it.each(['params', 'credentials'])(
    '%s are an object of texts with names of their own',
    async (field) => {
      for (const path of ['/v1/integrations', `/v1/integrations/${integration}/reconnect`]) {
        const provider = path.endsWith('reconnect') ? {} : { provider: 'lemonade' };
        if (field === 'params' && path.endsWith('reconnect')) continue;
        const call = { method: 'POST', path, key: tenant.key };
        for (const value of [null, [], ['a'], 'text', 7, { a: null }, { a: { b: 'c' } }]) {
          expect(await refusedFor(call, { ...provider, [field]: value })).toEqual([field]);
        }
        for (const name of ['toString', 'hasOwnProperty', 'valueOf']) {
          const told = await refusedFor(call, { ...provider, [field]: { [name]: 'x' } });
          expect(told).toEqual([`${field}.${name}`]);
        }
      }
    },
  );

  it.each(['constructor', 'toString', '__proto__', 'hasownproperty'])(
    'has no provider %s',
    async (provider) => {
      const answer = await app.call('POST', '/v1/integrations', {
        key: tenant.key,
        body: { provider },
      });
      expect(answer.status).toBe(422);
      const webhook = await app.call('POST', `/webhooks/${provider}`, { body: {} });
      expect(webhook).toMatchObject({ status: 404, body: { code: 'webhook_unknown' } });
    },
  );
});

describe('names in a query', () => {
  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'])(
    'that every object has are nobody’s metric, dimension or filter: %s',
    async (name) => {
      for (const query of [
        `metric=${name}`,
        `metric=payments.count&groupBy=${name}`,
        `metric=payments.count&filter=${name}:x`,
        `metric=payments.count&granularity=${name}`,
        `metric=payments.count&compare=${name}`,
        `metric=payments.count&${name}=x`,
      ]) {
        const answer = await app.call('GET', `/v1/metrics/query?${query}`, { key: tenant.key });
        expect([query, answer.status]).toEqual([query, 422]);
      }
    },
  );
});
