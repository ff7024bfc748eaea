import { randomBytes } from 'node:crypto';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { confirmKeyFits } from '../../src/infrastructure/keyring/key-check.js';
import { KeyringSecretStore } from '../../src/infrastructure/keyring/keyring.secret-store.js';
import { MasterKey } from '../../src/infrastructure/keyring/master-key.js';
import { newTenantId } from '../../src/kernel/ids.js';

let dir: string;
let masterKey: MasterKey;
let store: KeyringSecretStore;
const tenantId = newTenantId();
const path = { tenantId, name: 'database' };
const fileOf = (at: { tenantId: string; name: string }) =>
  join(dir, 'secrets', at.tenantId, at.name);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'numoon-keyring-'));
  masterKey = new MasterKey(randomBytes(32));
  await confirmKeyFits(dir, masterKey);
  store = await KeyringSecretStore.open({ dir, masterKey });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the keyring', () => {
  it('gives back what was put, also the newest of several and in another process', async () => {
    await store.put(path, { password: 'one' });
    await store.put(path, { password: 'zwei – 二', user: '' });
    const other = await KeyringSecretStore.open({ dir, masterKey });
    expect(await other.get(path)).toEqual({ password: 'zwei – 二', user: '' });
    expect(await store.get({ tenantId, name: 'none' })).toBeNull();
    expect(await store.get({ tenantId: newTenantId(), name: 'database' })).toBeNull();
  });

  it('writes nothing readable: no value and no field name', async () => {
    await store.put(path, { password: 'a-canary-value' });
    const bytes = (await readFile(fileOf(path))).toString('latin1');
    expect(bytes).not.toContain('canary');
    expect(bytes).not.toContain('password');
  });

  it('lists names and tenants, sorted, without temporary or foreign files', async () => {
    const second = newTenantId();
    await store.put({ tenantId, name: 'b' }, {});
    await store.put({ tenantId, name: 'a' }, {});
    await store.put({ tenantId: second, name: 'a' }, {});
    await writeFile(join(dir, 'secrets', tenantId, '.a.0123456789abcdef.tmp'), 'half');
    await writeFile(join(dir, 'secrets', tenantId, '.DS_Store'), '');
    await mkdir(join(dir, 'secrets', newTenantId()));
    await mkdir(join(dir, 'secrets', 'lost+found'));
    expect(await store.list(tenantId)).toEqual(['a', 'b']);
    expect(await store.listTenants()).toEqual([tenantId, second].sort());
  });

  it('forgets one secret, every half-written version of it, and nothing else', async () => {
    await store.put(path, { a: '1' });
    await store.put({ tenantId, name: 'other' }, { a: '2' });
    await writeFile(join(dir, 'secrets', tenantId, '.database.0123456789abcdef.tmp'), 'half');
    await store.destroy(path);
    await store.destroy(path);
    await store.destroy({ tenantId: newTenantId(), name: 'x' });
    expect(await readdir(join(dir, 'secrets', tenantId))).toEqual(['other']);
  });

  it('forgets a tenant with everything under it, as often as asked', async () => {
    await store.put(path, { a: '1' });
    await writeFile(join(dir, 'secrets', tenantId, '.x.0123456789abcdef.tmp'), 'half');
    await store.destroyTenant(tenantId);
    await store.destroyTenant(tenantId);
    expect(await store.listTenants()).toEqual([]);
    expect(await readdir(join(dir, 'secrets'))).toEqual([]);
    await store.put(path, { a: 'again' });
    expect(await store.get(path)).toEqual({ a: 'again' });
  });

  const posix = process.platform === 'win32' ? it.skip : it;
  posix('keeps files and folders to their owner', async () => {
    await store.put(path, { a: '1' });
    const modes = [
      join(dir, 'secrets'),
      join(dir, 'secrets', tenantId),
      fileOf(path),
      join(dir, 'key-check'),
    ];
    const found = await Promise.all(modes.map(async (at) => (await stat(at)).mode & 0o777));
    expect(found).toEqual([0o700, 0o700, 0o600, 0o600]);
  });

  it('answers concurrent writers of one path with one of their values, whole', async () => {
    const values = Array.from({ length: 40 }, (_, i) => ({
      n: String(i),
      filler: 'x'.repeat(i * 50),
    }));
    const reads: Promise<unknown>[] = [];
    await Promise.all(
      values.map(async (value) => {
        await store.put(path, value);
        reads.push(store.get(path));
      }),
    );
    for (const seen of [...(await Promise.all(reads)), await store.get(path)]) {
      expect(values).toContainEqual(seen);
    }
    expect(await readdir(join(dir, 'secrets', tenantId))).toEqual(['database']);
  });

  it('cleans up after crashed writes when opened, but leaves alone what may be in use', async () => {
    await store.put(path, { a: '1' });
    const old = [
      join(dir, '.key-check.0123456789abcdef.tmp'),
      `${fileOf({ tenantId, name: '.database' })}.0123456789abcdef.tmp`,
    ];
    const young = join(dir, 'secrets', tenantId, '.database.fedcba9876543210.tmp');
    for (const file of [...old, young]) await writeFile(file, 'half');
    const longAgo = new Date(Date.now() - 120_000);
    for (const file of old) await utimes(file, longAgo, longAgo);
    const reopened = await KeyringSecretStore.open({ dir, masterKey });
    expect((await readdir(join(dir, 'secrets', tenantId))).sort()).toEqual([
      '.database.fedcba9876543210.tmp',
      'database',
    ]);
    expect((await readdir(dir)).sort()).toEqual(['key-check', 'secrets']);
    expect(await reopened.get(path)).toEqual({ a: '1' });
  });
});

describe('a damaged secret', () => {
  it('is refused when any bit of any byte is flipped, and when cut at any length', async () => {
    await store.put(path, { token: 'abc' });
    const good = await readFile(fileOf(path));
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(fileOf(path), bad);
      await expect(store.get(path)).rejects.toMatchObject({ code: 'secret_unreadable' });
      await writeFile(fileOf(path), good.subarray(0, at));
      await expect(store.get(path)).rejects.toMatchObject({ code: 'secret_unreadable' });
    }
    await writeFile(fileOf(path), Buffer.concat([good, Buffer.of(0)]));
    await expect(store.get(path)).rejects.toMatchObject({ code: 'secret_unreadable' });
  });

  it('is refused under another name and under another tenant', async () => {
    const elsewhere = [
      { tenantId, name: 'other' },
      { tenantId: newTenantId(), name: path.name },
    ];
    await store.put(path, { token: 'abc' });
    for (const target of elsewhere) {
      await store.put(target, {});
      await copyFile(fileOf(path), fileOf(target));
      await expect(store.get(target)).rejects.toMatchObject({ code: 'secret_unreadable' });
    }
  });

  it('is refused under another master key, and so is the whole store', async () => {
    await store.put(path, { token: 'abc' });
    const wrong = await KeyringSecretStore.open({ dir, masterKey: new MasterKey(randomBytes(32)) });
    await expect(wrong.get(path)).rejects.toMatchObject({
      code: 'secret_unreadable',
      fields: { reason: 'other-key' },
    });
    await expect(wrong.check()).rejects.toMatchObject({ code: 'master_key_wrong' });
    await expect(store.check()).resolves.toBeUndefined();
  });

  it('never shows its content in the error', async () => {
    await store.put(path, { token: 'a-canary-value' });
    await writeFile(fileOf(path), (await readFile(fileOf(path))).subarray(0, -1));
    const error: Error = await store.get(path).then(
      () => new Error('no failure'),
      (e: Error) => e,
    );
    expect(JSON.stringify(error) + String(error.stack)).not.toContain('canary');
  });
});

describe('a disk that refuses', () => {
  it('is an error with a code, never an empty answer', async () => {
    await rm(join(dir, 'secrets'), { recursive: true });
    await writeFile(join(dir, 'secrets'), 'a file where the folder was');
    const refused = { code: 'secret_store_unavailable' };
    await expect(store.check()).rejects.toMatchObject(refused);
    await expect(store.put(path, {})).rejects.toMatchObject(refused);
    await expect(store.get(path)).rejects.toMatchObject(refused);
    await expect(store.listTenants()).rejects.toMatchObject(refused);
  });
});
