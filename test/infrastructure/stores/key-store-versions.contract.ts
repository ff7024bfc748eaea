import { expect, it } from '@jest/globals';
import type { KeyStore } from '../../../src/kernel/key-store.js';
import { versionOf } from './wrapped-text.js';

/** The part of the contract that is about versions; `key-store.contract.ts` has the rest. */
export function describeVersions(
  store: () => KeyStore,
  tenantWithKey: () => Promise<string>,
  secret: Buffer,
): void {
  it('adds a version at each rotation; older text opens, and moves to the newest', async () => {
    const tenantId = await tenantWithKey();
    const old = await store().wrap(tenantId, secret);
    expect(await store().rotate(tenantId)).toEqual({ newest: 2, oldest: 1 });
    expect(await store().rotate(tenantId)).toEqual({ newest: 3, oldest: 1 });
    expect(await store().unwrap(tenantId, old)).toEqual(secret);
    const moved = await store().rewrap(tenantId, old);
    expect(versionOf(moved)).toBe(3);
    expect(await store().unwrap(tenantId, moved)).toEqual(secret);
    const again = await store().rewrap(tenantId, moved);
    expect(versionOf(again)).toBe(3);
    expect(await store().unwrap(tenantId, again)).toEqual(secret);
  });

  it('loses no version when 8 rotate at the same time', async () => {
    const tenantId = await tenantWithKey();
    const texts = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { newest } = await store().rotate(tenantId);
        const text = await store().wrap(tenantId, secret);
        expect(versionOf(text)).toBeGreaterThanOrEqual(newest);
        return text;
      }),
    );
    expect(await store().find(tenantId)).toEqual({ newest: 9, oldest: 1 });
    for (const text of texts) expect(await store().unwrap(tenantId, text)).toEqual(secret);
  });

  it('opens nothing of a retired version again, and says so', async () => {
    const tenantId = await tenantWithKey();
    const texts = [await store().wrap(tenantId, secret)];
    for (let version = 2; version <= 4; version++) {
      await store().rotate(tenantId);
      texts.push(await store().wrap(tenantId, secret));
    }
    // The last one asks for less than what is retired already, and changes nothing.
    for (const oldest of [3, 3, 1]) {
      await store().retire(tenantId, oldest);
      expect(await store().find(tenantId)).toEqual({ newest: 4, oldest: 3 });
    }
    for (const [at, text] of texts.entries()) {
      if (at + 1 >= 3) expect(await store().unwrap(tenantId, text)).toEqual(secret);
      else {
        const retired = { code: 'key_version_retired' };
        await expect(store().unwrap(tenantId, text)).rejects.toMatchObject(retired);
        await expect(store().rewrap(tenantId, text)).rejects.toMatchObject(retired);
      }
    }
    expect(await store().rotate(tenantId)).toEqual({ newest: 5, oldest: 3 });
  });

  it('refuses to retire the newest version', async () => {
    const tenantId = await tenantWithKey();
    const text = await store().wrap(tenantId, secret);
    await expect(store().retire(tenantId, 2)).rejects.toThrow();
    expect(await store().find(tenantId)).toEqual({ newest: 1, oldest: 1 });
    expect(await store().unwrap(tenantId, text)).toEqual(secret);
    await store().retire(tenantId, 1);
    expect(await store().unwrap(tenantId, text)).toEqual(secret);
  });
}
