import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newTenantId } from '../../../src/kernel/ids.js';
import type { KeyStore } from '../../../src/kernel/key-store.js';
import { CENTRAL } from '../../../src/kernel/secret-store.js';
import { describeVersions } from './key-store-versions.contract.js';
import { BAD_TENANTS } from './bad-paths.js';
import { mixEverything } from './key-store-workers.js';
import { brokenForms, versionOf } from './wrapped-text.js';

export type OpenKeyStore = () => Promise<{ store: KeyStore; close(): Promise<void> }>;

/**
 * What every key store must do. Opened once; each test works on tenants of its own, so the store
 * behind it may be shared and need not be empty.
 */
export function describeKeyStore(name: string, open: OpenKeyStore): void {
  describe(`${name} as a key store`, () => {
    let opened: Awaited<ReturnType<OpenKeyStore>>;
    let store: KeyStore;
    const made: string[] = [];
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(async () => {
      for (const tenantId of made) await store.destroy(tenantId);
      await opened.close();
    });
    const newTenant = (): string => {
      const tenantId = newTenantId();
      made.push(tenantId);
      return tenantId;
    };
    const tenantWithKey = async (): Promise<string> => {
      const tenantId = newTenant();
      await store.create(tenantId);
      return tenantId;
    };
    const secret = Buffer.from('a data key of thirty-two bytes..');
    const missing = { code: 'key_missing' };
    const broken = { code: 'wrapped_key_broken' };

    it('makes one key, however often it is asked, and keeps what it wrapped', async () => {
      const tenantId = newTenant();
      expect(await store.find(tenantId)).toBeNull();
      await store.create(tenantId);
      expect(await store.find(tenantId)).toEqual({ newest: 1, oldest: 1 });
      const wrapped = await store.wrap(tenantId, secret);
      await store.rotate(tenantId);
      await store.create(tenantId);
      expect(await store.find(tenantId)).toEqual({ newest: 2, oldest: 1 });
      expect(await store.unwrap(tenantId, wrapped)).toEqual(secret);
    });

    it('makes one version of one key when 32 ask at the same time', async () => {
      const tenantId = newTenant();
      const texts = await Promise.all(
        Array.from({ length: 32 }, async () => {
          await store.create(tenantId);
          return store.wrap(tenantId, secret);
        }),
      );
      expect(await store.find(tenantId)).toEqual({ newest: 1, oldest: 1 });
      for (const text of texts) expect(await store.unwrap(tenantId, text)).toEqual(secret);
    });

    it('gives back any bytes up to 1 KiB, and each caller bytes of its own', async () => {
      const tenantId = await tenantWithKey();
      for (const bytes of [1, 16, 32, 33, 1023, 1024]) {
        const plaintext = randomBytes(bytes);
        const wrapped = await store.wrap(tenantId, plaintext);
        const first = await store.unwrap(tenantId, wrapped);
        expect(first).toEqual(plaintext);
        first.fill(0);
        expect(await store.unwrap(tenantId, wrapped)).toEqual(plaintext);
      }
    });

    it('wraps to printable text that names its version and never comes twice', async () => {
      const tenantId = await tenantWithKey();
      const texts = [await store.wrap(tenantId, secret), await store.wrap(tenantId, secret)];
      expect(new Set(texts).size).toBe(2);
      await store.rotate(tenantId);
      texts.push(await store.wrap(tenantId, secret));
      expect(texts.map(versionOf)).toEqual([1, 1, 2]);
      for (const text of texts) expect(text).toMatch(/^[\x21-\x7e]{1,2048}$/);
    });

    it('never makes a key but by create', async () => {
      const tenantId = newTenant();
      const text = await store.wrap(await tenantWithKey(), secret);
      await expect(store.wrap(tenantId, secret)).rejects.toMatchObject(missing);
      await expect(store.unwrap(tenantId, text)).rejects.toMatchObject(missing);
      await expect(store.rewrap(tenantId, text)).rejects.toMatchObject(missing);
      await expect(store.rotate(tenantId)).rejects.toMatchObject(missing);
      await store.destroy(tenantId);
      expect(await store.find(tenantId)).toBeNull();
      expect(await store.listTenants()).not.toContain(tenantId);
    });

    it('refuses text that was changed or cut anywhere, on unwrap and on rewrap', async () => {
      const tenantId = await tenantWithKey();
      await store.rotate(tenantId);
      const text = await store.wrap(tenantId, secret);
      for (const form of brokenForms(text)) {
        await expect(store.unwrap(tenantId, form)).rejects.toMatchObject(broken);
        await expect(store.rewrap(tenantId, form)).rejects.toMatchObject(broken);
      }
      expect(await store.unwrap(tenantId, text)).toEqual(secret);
    });

    it('refuses what was wrapped for another tenant', async () => {
      const [one, two] = [await tenantWithKey(), await tenantWithKey()];
      const text = await store.wrap(one, secret);
      await expect(store.unwrap(two, text)).rejects.toMatchObject(broken);
      await expect(store.rewrap(two, text)).rejects.toMatchObject(broken);
    });

    describeVersions(() => store, tenantWithKey, secret);

    it('makes everything unreadable with the key, also for a key made after it', async () => {
      const [tenantId, other] = [await tenantWithKey(), await tenantWithKey()];
      const kept = await store.wrap(other, secret);
      const texts = [await store.wrap(tenantId, secret)];
      await store.rotate(tenantId);
      texts.push(await store.wrap(tenantId, secret));
      for (let time = 0; time < 2; time++) {
        await store.destroy(tenantId);
        expect(await store.find(tenantId)).toBeNull();
        for (const text of texts) {
          await expect(store.unwrap(tenantId, text)).rejects.toMatchObject(missing);
        }
      }
      await store.create(tenantId);
      expect(await store.find(tenantId)).toEqual({ newest: 1, oldest: 1 });
      await store.rotate(tenantId);
      for (const text of texts) {
        await expect(store.unwrap(tenantId, text)).rejects.toMatchObject(broken);
      }
      expect(await store.unwrap(other, kept)).toEqual(secret);
    });

    it('lists tenants that have a key, sorted, and no others', async () => {
      const ids = [await tenantWithKey(), await tenantWithKey(), await tenantWithKey()];
      const [gone] = ids as [string];
      await store.destroy(gone);
      const tenants = await store.listTenants();
      expect(tenants).toEqual([...tenants].sort());
      expect(tenants.filter((id) => ids.includes(id))).toEqual(ids.slice(1).sort());
    });

    it.each([...BAD_TENANTS, CENTRAL])('refuses the tenant %j everywhere', async (tenantId) => {
      const refused = { code: 'secret_path_invalid' };
      await expect(store.create(tenantId)).rejects.toMatchObject(refused);
      await expect(store.find(tenantId)).rejects.toMatchObject(refused);
      await expect(store.wrap(tenantId, secret)).rejects.toMatchObject(refused);
      await expect(store.unwrap(tenantId, 'x')).rejects.toMatchObject(refused);
      await expect(store.rotate(tenantId)).rejects.toMatchObject(refused);
      await expect(store.rewrap(tenantId, 'x')).rejects.toMatchObject(refused);
      await expect(store.retire(tenantId, 1)).rejects.toMatchObject(refused);
      await expect(store.destroy(tenantId)).rejects.toMatchObject(refused);
    });

    it('serves 32 workers that do everything at once to several tenants', async () => {
      const lasting = [newTenant(), newTenant(), newTenant(), newTenant()];
      const passing = [newTenant(), newTenant()];
      await mixEverything(store, { lasting, passing, workers: 32, rounds: 8 });
    });

    it('says that it can serve', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}
