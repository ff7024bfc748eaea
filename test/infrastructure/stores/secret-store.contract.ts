import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newTenantId, randomWord } from '../../../src/kernel/ids.js';
import { CENTRAL } from '../../../src/kernel/secret-store.js';
import type { SecretPath, SecretStore, SecretValue } from '../../../src/kernel/secret-store.js';
import { BAD_NAMES, BAD_TENANTS } from './bad-paths.js';

export type OpenSecretStore = () => Promise<{ store: SecretStore; close(): Promise<void> }>;

/**
 * What every secret store must do. Opened once; each test works on tenants of its own, so the store
 * behind it may be shared and need not be empty.
 */
export function describeSecretStore(name: string, open: OpenSecretStore): void {
  describe(`${name} as a secret store`, () => {
    let opened: Awaited<ReturnType<OpenSecretStore>>;
    let store: SecretStore;
    const centralNames: string[] = [];
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(async () => {
      for (const central of centralNames) await store.destroy({ tenantId: CENTRAL, name: central });
      await opened.close();
    });
    const central = (): SecretPath => {
      const path = { tenantId: CENTRAL, name: `test-${randomWord(12)}` };
      centralNames.push(path.name);
      return path;
    };

    const values: [string, SecretValue][] = [
      ['nothing at all', {}],
      ['empty text', { password: '' }],
      ['unicode in names and values', { 'clé – 鍵': '𝔘ñïcödé\u2028 🔑' }],
      ['every control character and quotes', { all: controlCharacters(), '"': '\\"\'`$' }],
      ['names that objects are born with', { constructor: 'a', toString: 'b', data: 'c' }],
      ['binary as base64', { token: randomBytes(3000).toString('base64') }],
      ['64 KiB', { large: randomBytes(32 * 1024).toString('hex') }],
      [
        'a hundred fields',
        Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, 'x'])),
      ],
    ];
    it.each(values)('gives back %s exactly as it was put', async (_, value) => {
      const path = fresh();
      await store.put(path, value);
      expect(await store.get(path)).toEqual(value);
    });

    it('knows nothing of what was never put', async () => {
      const path = fresh();
      expect(await store.get(path)).toBeNull();
      expect(await store.list(path.tenantId)).toEqual([]);
      await store.put({ ...path, name: 'other' }, { a: '1' });
      expect(await store.get(path)).toBeNull();
      expect(await store.get({ ...fresh(), name: 'other' })).toBeNull();
    });

    it('replaces the whole object: no field of the old one is left', async () => {
      const path = fresh();
      await store.put(path, { a: '1', b: '2' });
      await store.put(path, { b: '3' });
      expect(await store.get(path)).toEqual({ b: '3' });
      await store.put(path, {});
      expect(await store.get(path)).toEqual({});
    });

    it('keeps one of the values of 32 writers at the same time, whole', async () => {
      const path = fresh();
      const all = Array.from({ length: 32 }, (_, i) => ({ n: String(i), x: 'x'.repeat(i * 40) }));
      await Promise.all(all.map((value) => store.put(path, value)));
      expect(all).toContainEqual(await store.get(path));
    });

    it('creates only where there is nothing, and leaves what is there alone', async () => {
      const path = fresh();
      expect(await store.create(path, { a: '1' })).toBe(true);
      expect(await store.create(path, { a: '2' })).toBe(false);
      expect(await store.get(path)).toEqual({ a: '1' });
      const put = { ...path, name: 'put' };
      await store.put(put, { a: '1' });
      expect(await store.create(put, { a: '2' })).toBe(false);
      expect(await store.get(put)).toEqual({ a: '1' });
    });

    it('tells exactly one of 32 racing creators that it won, again after a destroy', async () => {
      for (const path of [fresh(), central()]) {
        for (let round = 0; round < 3; round++) {
          const told = await Promise.all(
            Array.from({ length: 32 }, (_, i) => store.create(path, { by: String(i) })),
          );
          expect(told.filter(Boolean)).toHaveLength(1);
          expect(await store.get(path)).toEqual({ by: String(told.indexOf(true)) });
          await store.destroy(path);
          expect(await store.get(path)).toBeNull();
        }
      }
    });

    it('lists names of one tenant, sorted', async () => {
      const { tenantId } = fresh();
      const names = ['b', 'a-2', 'A', 'a_1', '0', 'x'.repeat(100)];
      for (const each of names) await store.put({ tenantId, name: each }, {});
      await store.put(fresh(), {});
      expect(await store.list(tenantId)).toEqual([...names].sort());
    });

    it('lists tenants that have secrets, sorted, and no others', async () => {
      const [one, two, gone] = [fresh(), fresh(), fresh()];
      for (const path of [two, one, gone]) await store.put(path, { a: '1' });
      await store.put({ ...one, name: 'second' }, { a: '1' });
      await store.destroy(gone);
      const tenants = await store.listTenants();
      expect(tenants).toEqual([...tenants].sort());
      expect(tenants.filter((id) => id === one.tenantId || id === two.tenantId)).toEqual(
        [one.tenantId, two.tenantId].sort(),
      );
      expect(tenants).not.toContain(gone.tenantId);
    });

    it('destroys one secret and nothing else, as often as asked', async () => {
      const path = fresh();
      const kept = { ...path, name: 'kept' };
      await store.put(path, { a: '1' });
      await store.put(path, { a: '2' });
      await store.put(kept, { a: '3' });
      for (let time = 0; time < 2; time++) {
        await store.destroy(path);
        expect(await store.get(path)).toBeNull();
        expect(await store.list(path.tenantId)).toEqual(['kept']);
      }
      expect(await store.get(kept)).toEqual({ a: '3' });
      await store.destroy(fresh());
      await store.put(path, { a: '4' });
      expect(await store.get(path)).toEqual({ a: '4' });
    });

    it('destroys everything of one tenant and nothing of another, as often as asked', async () => {
      const [path, other] = [fresh(), fresh()];
      for (const each of ['a', 'b', 'c']) await store.put({ ...path, name: each }, { a: each });
      await store.put(other, { a: '1' });
      for (let time = 0; time < 2; time++) {
        await store.destroyTenant(path.tenantId);
        expect(await store.list(path.tenantId)).toEqual([]);
        expect(await store.get({ ...path, name: 'a' })).toBeNull();
        expect(await store.listTenants()).not.toContain(path.tenantId);
      }
      expect(await store.get(other)).toEqual({ a: '1' });
      expect(await store.create({ ...path, name: 'a' }, { a: 'again' })).toBe(true);
      expect(await store.list(path.tenantId)).toEqual(['a']);
    });

    it('keeps the secrets of the installation apart from tenants, and from their end', async () => {
      const path = central();
      await store.put(path, { root: 'r' });
      const tenant = { ...fresh(), name: path.name };
      await store.put(tenant, { root: 'of the tenant' });
      expect(await store.list(CENTRAL)).toContain(path.name);
      expect(await store.listTenants()).not.toContain(CENTRAL);
      await store.destroyTenant(tenant.tenantId);
      await expect(store.destroyTenant(CENTRAL)).rejects.toMatchObject({
        code: 'secret_path_invalid',
      });
      expect(await store.get(path)).toEqual({ root: 'r' });
    });

    it.each(BAD_NAMES)('refuses the name %j everywhere', async (bad) => {
      const path = { ...fresh(), name: bad };
      const refused = { code: 'secret_path_invalid' };
      await expect(store.put(path, {})).rejects.toMatchObject(refused);
      await expect(store.create(path, {})).rejects.toMatchObject(refused);
      await expect(store.get(path)).rejects.toMatchObject(refused);
      await expect(store.destroy(path)).rejects.toMatchObject(refused);
    });

    it.each(BAD_TENANTS)('refuses the tenant %j everywhere', async (tenantId) => {
      const refused = { code: 'secret_path_invalid' };
      await expect(store.put({ tenantId, name: 'a' }, {})).rejects.toMatchObject(refused);
      await expect(store.create({ tenantId, name: 'a' }, {})).rejects.toMatchObject(refused);
      await expect(store.get({ tenantId, name: 'a' })).rejects.toMatchObject(refused);
      await expect(store.destroy({ tenantId, name: 'a' })).rejects.toMatchObject(refused);
      await expect(store.list(tenantId)).rejects.toMatchObject(refused);
      await expect(store.destroyTenant(tenantId)).rejects.toMatchObject(refused);
    });

    it('says that it can serve', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}

function fresh(): SecretPath {
  return { tenantId: newTenantId(), name: 'database' };
}

function controlCharacters(): string {
  return String.fromCharCode(...Array.from({ length: 33 }, (_, code) => code), 0x7f, 0xfeff);
}
