import { randomBytes } from 'node:crypto';
import {
  copyFile,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyringKeyStore } from '../../src/infrastructure/keyring/keyring.key-store.js';
import { MasterKey } from '../../src/infrastructure/keyring/master-key.js';
import { newTenantId } from '../../src/kernel/ids.js';

let dir: string;
let masterKey: MasterKey;
let store: KeyringKeyStore;
let calls: [string, string][];
const tenantId = newTenantId();
const plaintext = Buffer.from('a-canary-data-key');
const fileOf = (owner: string, version: number) => join(dir, 'keys', owner, `v${version}`);
const temporary = '.v1.0123456789abcdef.tmp';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'numoon-keyring-'));
  masterKey = new MasterKey(randomBytes(32));
  calls = [];
  const called = (operation: string, outcome: string) => calls.push([operation, outcome]);
  store = await KeyringKeyStore.open({ dir, masterKey, called });
  await store.create(tenantId);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the file of a key', () => {
  it('is refused when any bit of any byte is flipped, and when cut at any length', async () => {
    const text = await store.wrap(tenantId, plaintext);
    const file = fileOf(tenantId, 1);
    const good = await readFile(file);
    const refused = { code: 'key_unreadable', fields: { tenantId, reason: expect.any(String) } };
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
      for (const content of [bad, good.subarray(0, at)]) {
        await writeFile(file, content);
        await expect(store.unwrap(tenantId, text)).rejects.toMatchObject(refused);
      }
    }
    await writeFile(file, Buffer.concat([good, Buffer.of(0)]));
    await expect(store.wrap(tenantId, plaintext)).rejects.toMatchObject(refused);
    await expect(store.rewrap(tenantId, text)).rejects.toMatchObject(refused);
    await writeFile(file, good);
    expect(await store.unwrap(tenantId, text)).toEqual(plaintext);
  });

  it('that is damaged is never replaced by a new key, whatever is called', async () => {
    const file = fileOf(tenantId, 1);
    await truncate(file, 20);
    const damaged = await readFile(file);
    await store.create(tenantId);
    await expect(store.wrap(tenantId, plaintext)).rejects.toMatchObject({ code: 'key_unreadable' });
    expect(await store.find(tenantId)).toEqual({ newest: 1, oldest: 1 });
    expect(await readFile(file)).toEqual(damaged);
  });

  it('is refused in the place of another tenant and of another version', async () => {
    const other = newTenantId();
    await store.create(other);
    await store.rotate(tenantId);
    const text = await store.wrap(other, plaintext);
    const newest = await store.wrap(tenantId, plaintext);
    await copyFile(fileOf(tenantId, 1), fileOf(other, 1));
    await copyFile(fileOf(tenantId, 1), fileOf(tenantId, 2));
    const refused = { code: 'key_unreadable' };
    await expect(store.unwrap(other, text)).rejects.toMatchObject(refused);
    await expect(store.unwrap(tenantId, newest)).rejects.toMatchObject(refused);
  });

  it('that is missing between others is damage, not retirement', async () => {
    await store.rotate(tenantId);
    const text = await store.wrap(tenantId, plaintext);
    await store.rotate(tenantId);
    await rm(fileOf(tenantId, 2));
    await expect(store.unwrap(tenantId, text)).rejects.toMatchObject({
      code: 'key_unreadable',
      fields: { reason: 'version-missing' },
    });
  });

  it('says nothing: neither the key nor what it wraps shows in files, errors or the store', async () => {
    const text = await store.wrap(tenantId, plaintext);
    const found = await readFile(fileOf(tenantId, 1));
    expect(found.includes(plaintext)).toBe(false);
    expect(text).not.toContain(plaintext.toString('base64url').slice(0, 12));
    const error = await store.unwrap(tenantId, `${text.slice(0, -8)}AAAAAAAA`).then(
      () => 'no failure',
      (caught: Error) => inspect(caught, { depth: 9 }) + JSON.stringify(caught),
    );
    expect(error).toContain('wrapped_key_broken');
    for (const shown of [error, inspect(store, { depth: 9, showHidden: true })]) {
      expect(shown).not.toContain('canary');
      expect(shown).not.toContain(text.slice(11, 40));
    }
  });

  const posix = process.platform === 'win32' ? it.skip : it;
  posix('is for its owner only, and so is its folder', async () => {
    const places = [join(dir, 'keys'), join(dir, 'keys', tenantId), fileOf(tenantId, 1)];
    const modes = await Promise.all(places.map(async (at) => (await stat(at)).mode & 0o777));
    expect(modes).toEqual([0o700, 0o700, 0o600]);
  });
});

describe('wrapped text', () => {
  it('is refused in every other spelling of the same bytes', async () => {
    const text = await store.wrap(tenantId, Buffer.from('four'));
    const last = text.at(-1) as string;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const forms = [...alphabet].filter((each) => each !== last).map((e) => text.slice(0, -1) + e);
    forms.push(`${text}=`, `${text}\n`, text.replace('keyring:', 'KEYRING:'), `${text}A`);
    for (const form of forms) {
      await expect(store.unwrap(tenantId, form)).rejects.toMatchObject({
        code: 'wrapped_key_broken',
      });
    }
  });

  it('holds 1 KiB and no more', async () => {
    await expect(store.wrap(tenantId, randomBytes(1025))).rejects.toThrow(RangeError);
  });
});

describe('what is destroyed', () => {
  it('leaves no file behind, half-written ones included', async () => {
    await store.rotate(tenantId);
    await writeFile(join(dir, 'keys', tenantId, temporary), 'half');
    await store.retire(tenantId, 2);
    expect(await readdir(join(dir, 'keys', tenantId))).toEqual(['v2']);
    await writeFile(join(dir, 'keys', tenantId, temporary), 'half');
    await store.destroy(tenantId);
    expect(await readdir(join(dir, 'keys'))).toEqual([]);
  });

  it('is gone for good when the destroying process died in the middle: the next one ends it', async () => {
    const doomed = join(dir, 'keys', `.${tenantId}.0123456789abcdef.tmp`);
    await rename(join(dir, 'keys', tenantId), doomed);
    expect(await store.find(tenantId)).toBeNull();
    expect(await store.listTenants()).toEqual([]);
    await store.destroy(tenantId);
    expect(await readdir(join(dir, 'keys'))).toEqual([]);
    await store.create(tenantId);
    await rename(join(dir, 'keys', tenantId), doomed);
    const longAgo = new Date(Date.now() - 120_000);
    await utimes(doomed, longAgo, longAgo);
    await KeyringKeyStore.open({ dir, masterKey });
    expect(await readdir(join(dir, 'keys'))).toEqual([]);
  });

  it('is not a key when only an empty folder or a half-written file is left', async () => {
    await rm(fileOf(tenantId, 1));
    await writeFile(join(dir, 'keys', tenantId, temporary), 'half');
    expect(await store.find(tenantId)).toBeNull();
    expect(await store.listTenants()).toEqual([]);
    await expect(store.rotate(tenantId)).rejects.toMatchObject({ code: 'key_missing' });
    await store.create(tenantId);
    expect(await store.find(tenantId)).toEqual({ newest: 1, oldest: 1 });
  });
});

describe('the store of keys', () => {
  it('refuses to serve or to write under another master key', async () => {
    const text = await store.wrap(tenantId, plaintext);
    const wrong = await KeyringKeyStore.open({ dir, masterKey: new MasterKey(randomBytes(32)) });
    const refused = { code: 'master_key_wrong' };
    await expect(wrong.check()).rejects.toMatchObject(refused);
    await expect(wrong.create(newTenantId())).rejects.toMatchObject(refused);
    await expect(wrong.rotate(tenantId)).rejects.toMatchObject(refused);
    await expect(wrong.unwrap(tenantId, text)).rejects.toMatchObject({
      code: 'key_unreadable',
      fields: { reason: 'other-key' },
    });
    await expect(store.check()).resolves.toBeUndefined();
  });

  it('gives a code when the disk refuses, and tells its observer of each call', async () => {
    await store.wrap(tenantId, plaintext);
    await store.find(newTenantId());
    await rm(join(dir, 'keys'), { recursive: true });
    await writeFile(join(dir, 'keys'), 'a file where the folder was');
    const refused = { code: 'secret_store_unavailable' };
    await expect(store.check()).rejects.toMatchObject(refused);
    await expect(store.create(newTenantId())).rejects.toMatchObject(refused);
    await expect(store.find(tenantId)).rejects.toMatchObject(refused);
    await expect(store.listTenants()).rejects.toMatchObject(refused);
    expect(calls).toEqual([
      ['key.create', 'ok'],
      ['key.wrap', 'ok'],
      ['key.find', 'ok'],
      ['key.check', 'secret_store_unavailable'],
      ['key.create', 'secret_store_unavailable'],
      ['key.find', 'secret_store_unavailable'],
      ['key.list-tenants', 'secret_store_unavailable'],
    ]);
  });
});
