import { readdir, readFile, rename as move, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type SignedUp, type TestApp } from '../support/test-app.js';
import { integrityEvents } from './support/integrity-events.js';
import { closeAccount, coolDown, read, rename, untilTrue } from './support/vault-app.js';

/** What may happen to the files of the keyring under a NuMoon that is running. */
let app: TestApp;
let other: SignedUp;
let tenant: SignedUp;

beforeAll(async () => {
  app = await startTestApp({ stockDatabases: 0, stockSchemas: 0 });
  other = await app.signUp({ isolation: 'schema' });
});

beforeEach(async () => {
  tenant = await app.signUp({ isolation: 'schema' });
  await coolDown(app, tenant);
});

/** Whatever is done to the one, the other reads and writes, from the start. */
afterEach(async () => {
  app.foundation.keys.drop(other.id);
  expect((await rename(app, other, 'Unharmed')).status).toBe(200);
  expect((await read(app, other)).body.name).toBe('Unharmed');
});

afterAll(() => app?.close());

const masterKey = () => join(app.config.dataDir, 'master.key');
const keyring = () => join(app.config.dataDir, 'keyring');
const aside = () => join(app.config.dataDir, 'keyring-aside');
const keyFile = (id = tenant.id) => join(keyring(), 'keys', id, 'v1');

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  const place = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  await writeFile(file, bytes);
}

describe('a key file that was', () => {
  it.each<[string, (file: string) => Promise<unknown>]>([
    ['cut short', async (file) => writeFile(file, (await readFile(file)).subarray(0, 40))],
    ['emptied', (file) => writeFile(file, '')],
    ['edited in its last byte', (file) => flip(file, -1)],
    ['edited in the key it says it is sealed under', (file) => flip(file, 6)],
    ['edited in its format', (file) => flip(file, 0)],
    [
      "replaced by another tenant's",
      async (file) => writeFile(file, await readFile(keyFile(other.id))),
    ],
    ['replaced by something longer', (file) => writeFile(file, Buffer.alloc(100_000, 7))],
  ])(
    '%s is refused as key_unreadable, told to the tenant, and good again when it is put back',
    async (_, damage) => {
      const sound = await readFile(keyFile());
      await damage(keyFile());

      for (const answer of [await read(app, tenant), await rename(app, tenant, 'Never Kept')]) {
        expect(answer).toMatchObject({ status: 500, body: { code: 'key_unreadable' } });
        expect(JSON.stringify(answer.body)).not.toContain('Warm and awake');
      }
      expect(await integrityEvents(app, tenant.id)).toBe(1);

      await writeFile(keyFile(), sound);
      expect((await read(app, tenant)).body.name).toBe('Warm and awake');
      const log = await app.call('GET', '/v1/audit-log', { key: tenant.key });
      expect(log.body.items).toContainEqual(
        expect.objectContaining({
          action: 'data.integrity-failed',
          actor: { kind: 'system', id: 'integrity.report' },
        }),
      );
    },
  );

  it('removed is told as key_missing with a Retry-After: it may only be away', async () => {
    const sound = await readFile(keyFile());
    await rm(keyFile());
    const answer = await read(app, tenant);
    expect(answer).toMatchObject({ status: 503, body: { code: 'key_missing' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await writeFile(keyFile(), sound);
    expect((await read(app, tenant)).status).toBe(200);
  });
});

describe('a master key file that, under a running program, was', () => {
  let sound: Buffer;

  beforeEach(async () => {
    sound = await readFile(masterKey());
  });

  afterEach(async () => {
    await rm(masterKey(), { force: true, recursive: true });
    await writeFile(masterKey(), sound, { mode: 0o600 });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['put away', () => rm(masterKey())],
    ['replaced by another key', () => writeFile(masterKey(), Buffer.alloc(32, 9))],
    ['cut in half', () => writeFile(masterKey(), sound.subarray(0, 16))],
  ])(
    '%s is not missed: it was read at the start, and is read again at the next',
    async (_, damage) => {
      await damage();
      expect((await read(app, tenant)).body.name).toBe('Warm and awake');
      app.foundation.keys.drop(tenant.id);
      expect((await rename(app, tenant, 'Still here')).status).toBe(200);
      const made = await app.signUp({ isolation: 'schema' });
      expect((await read(app, made)).status).toBe(200);
    },
  );
});

/** As a mount does: over whatever came to be in the folder meanwhile. */
async function putBack(): Promise<void> {
  await rm(keyring(), { force: true, recursive: true });
  await move(aside(), keyring());
}

describe('a keyring that is away, as a folder that is not mounted,', () => {
  // Before the look at the other tenant: hooks of the inner block run first.
  afterEach(putBack);

  it('is not taken for proof that the keys of an account are destroyed', async () => {
    const token = { token: 'of a connected tool' };
    await app.foundation.tools.secrets.put({ tenantId: tenant.id, name: 'tool' }, token);
    expect((await read(app, tenant)).status).toBe(200);
    const key = await readFile(keyFile());
    await move(keyring(), aside());
    const statusPath = await closeAccount(app, tenant);
    const status = async () => (await app.call('GET', statusPath)).body;
    await untilTrue(async () => (await status()).status === 'purging');
    await sleep(2_500);
    expect((await status()).status).toBe('purging');
    expect(await readFile(keyFile().replace(keyring(), aside()))).toEqual(key);

    await putBack();
    try {
      await untilTrue(async () => (await status()).status === 'purged');
      expect(await app.foundation.tools.keys.find(tenant.id)).toBeNull();
      expect(await app.foundation.tools.secrets.list(tenant.id)).toEqual([]);
    } finally {
      await move(keyring(), aside());
    }
  });

  it('leaves a cold tenant unserved and named, and a warm one as it was', async () => {
    await read(app, other);
    await move(keyring(), aside());
    expect(await read(app, tenant)).toMatchObject({ status: 503, body: { code: 'key_missing' } });
    expect((await read(app, other)).status).toBe(200);
  });

  it('gets no key of a new account, which would be lost when it is back', async () => {
    await move(keyring(), aside());
    const signup = {
      organization: 'Nowhere Kept',
      owner: { name: 'N', email: 'nowhere@example.com', password: 'correct horse battery' },
      isolation: 'schema',
    };
    const answer = await app.call('POST', '/v1/signup', { body: signup });
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    const made = await readdir(keyring(), { recursive: true }).catch(() => []);
    expect(made.filter((name) => name.includes('tnt_'))).toEqual([]);
    await putBack();
    const again = await app.call('POST', '/v1/signup', { body: signup });
    expect(again.status).toBe(201);
    await move(keyring(), aside());
  });
});
