import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RotateKeys } from '../../src/control-plane/keys/rotate-keys.js';
import { startTestApp, type SignedUp, type TestApp } from '../support/test-app.js';
import { integrityEvents } from './support/integrity-events.js';
import { lookInside } from './support/look-inside.js';
import { coolDown, read, rename, untilTrue } from './support/vault-app.js';

/** What somebody with the password of the database's superuser may do to what is sealed there. */
let app: TestApp;
let other: SignedUp;
let tenant: SignedUp;

beforeAll(async () => {
  app = await startTestApp({
    stockDatabases: 0,
    stockSchemas: 3,
    connectionWaitMs: 1_000,
    statementTimeoutMs: 500,
  });
  other = await app.signUp({ isolation: 'schema' });
});

beforeEach(async () => {
  tenant = await app.signUp({ isolation: 'schema' });
  await coolDown(app, tenant);
});

afterEach(async () => {
  app.foundation.keys.drop(other.id);
  expect((await rename(app, other, 'Unharmed')).status).toBe(200);
  expect((await read(app, other)).body.name).toBe('Unharmed');
});

afterAll(() => app?.close());

const inside = <Row extends object>(sql: string, of = tenant) => lookInside<Row>(app, of.id, sql);

async function wrappedOf(of: SignedUp): Promise<string> {
  const [row] = await inside<{ wrapped: string }>('SELECT wrapped FROM data_keys', of);
  return row?.wrapped ?? '';
}

const putWrapped = (wrapped: string) => inside(`UPDATE data_keys SET wrapped = '${wrapped}'`);

async function expectRefused(code: string, path = '/v1/tenant'): Promise<void> {
  const answer = await app.call('GET', path, { key: tenant.key });
  expect(answer).toMatchObject({ status: 500, body: { code } });
  expect(Object.keys(answer.body).sort()).toEqual([
    'code',
    'detail',
    'requestId',
    'status',
    'title',
    'type',
  ]);
  expect(JSON.stringify(answer.body)).not.toMatch(/Warm and awake|Unharmed/);
}

describe('a wrapped data key that was', () => {
  it.each<[string, (sound: string) => string | Promise<string>]>([
    [
      'changed in its last part',
      (sound) => sound.slice(0, -2) + (sound.endsWith('AA') ? 'BA' : 'AA'),
    ],
    ['cut', (sound) => sound.slice(0, -20)],
    ["swapped for another tenant's", () => wrappedOf(other)],
    ['said to be of a version that never was', (sound) => sound.replace(':v1:', ':v7:')],
    ['replaced by text of no form', () => 'AAAA'],
    ['emptied', () => ''],
  ])('%s opens nothing and is told as wrapped_key_broken', async (_, change) => {
    const sound = await wrappedOf(tenant);
    await putWrapped(await change(sound));

    await expectRefused('wrapped_key_broken');
    const write = await rename(app, tenant, 'Never Kept');
    expect(write).toMatchObject({ status: 500, body: { code: 'wrapped_key_broken' } });
    expect(await integrityEvents(app, tenant.id)).toBe(1);

    await putWrapped(sound);
    expect((await read(app, tenant)).body.name).toBe('Warm and awake');
  });

  it('put back from before a rotation is told as key_version_retired', async () => {
    const old = await wrappedOf(tenant);
    const rotate = app.app.get(RotateKeys, { strict: false });
    await app.foundation.tenancy.central(() => rotate.execute(tenant.id));
    const isOver = async () =>
      (
        await app.foundation.catalog.query('SELECT FROM key_rotations WHERE tenant_id = $1', [
          tenant.id,
        ])
      ).length === 0;
    await untilTrue(isOver);
    const sound = await wrappedOf(tenant);
    expect(sound).not.toBe(old);
    await putWrapped(old);
    app.foundation.keys.drop(tenant.id);

    await expectRefused('key_version_retired');
    expect(await integrityEvents(app, tenant.id)).toBe(1);

    await putWrapped(sound);
    expect((await read(app, tenant)).body.name).toBe('Warm and awake');
  });

  it('deleted is not: the database refuses while anything is sealed under it', async () => {
    await expect(inside('DELETE FROM data_keys')).rejects.toMatchObject({ code: '23503' });
    await expect(inside('UPDATE data_keys SET id = 2')).rejects.toMatchObject({ code: '23503' });
    expect((await read(app, tenant)).status).toBe(200);
  });
});

const flipAt = (at: string) =>
  `UPDATE organization SET name = set_byte(name, ${at}, get_byte(name, ${at}) # 1)`;

describe('a sealed value that was', () => {
  beforeEach(async () => {
    const body = { email: 'second@example.com', role: 'analyst', name: 'Second Member' };
    expect((await app.call('POST', '/v1/members', { key: tenant.key, body })).status).toBe(201);
  });

  it.each([
    ['flipped in one bit of its body', flipAt('20'), '/v1/tenant'],
    ['flipped in one bit of its tag', flipAt('octet_length(name) - 1'), '/v1/tenant'],
    ['flipped in one bit of its nonce', flipAt('7'), '/v1/tenant'],
    [
      'cut by one byte',
      'UPDATE organization SET name = substr(name, 1, octet_length(name) - 1)',
      '/v1/tenant',
    ],
    ['moved to another column', 'UPDATE organization SET name = slug', '/v1/tenant'],
    [
      'moved to another row',
      'UPDATE members SET name = (SELECT name FROM members ORDER BY created_at LIMIT 1)',
      '/v1/members',
    ],
  ])('%s is not shown, and told as sealed_value_broken', async (_, change, path) => {
    await inside(change);
    await expectRefused('sealed_value_broken', path);
    expect(await integrityEvents(app, tenant.id)).toBe(1);

    const log = await app.call('GET', '/v1/audit-log', { key: tenant.key });
    const [event] = (log.body.items as { action: string; details: object }[]).filter(
      ({ action }) => action === 'data.integrity-failed',
    );
    expect(event?.details).toMatchObject({ column: 'name', reason: 'not-authentic' });
    // What was not touched is served as before.
    expect((await app.call('GET', '/v1/api-keys', { key: tenant.key })).status).toBe(200);
  });

  it("moved from another tenant's database is not shown", async () => {
    const [theirs] = await inside<{ name: string }>(
      `SELECT encode(name, 'hex') AS name FROM organization`,
      other,
    );
    await inside(`UPDATE organization SET name = decode('${theirs?.name}', 'hex')`);
    await expectRefused('sealed_value_broken');
    expect(await integrityEvents(app, tenant.id)).toBe(1);
  });
});
