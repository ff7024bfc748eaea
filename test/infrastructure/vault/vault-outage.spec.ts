import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { OpenedVault } from '../../../src/infrastructure/vault/open-vault.js';
import { newTenantId } from '../../../src/kernel/ids.js';
import { appRole, startOwnVault } from './own-vault.js';
import type { OwnVault } from './own-vault.js';
import { withOwnVault } from './real-vault.js';

withOwnVault('an outage of a real Vault', () => {
  let vault: OwnVault;
  let opened: OpenedVault;
  const tenantId = newTenantId();
  const path = { tenantId, name: 'a' };
  const plaintext = Buffer.from('a data key');
  let wrapped: string;
  beforeAll(async () => {
    vault = await startOwnVault();
    opened = vault.open(await appRole(vault, 'worker'));
    await opened.keys.create(tenantId);
    wrapped = await opened.keys.wrap(tenantId, plaintext);
    await opened.secrets.put(path, { a: '1' });
  });
  afterAll(async () => {
    await opened.close();
    await vault.stop();
  });

  /** Everything the two stores do, each refused with the code. */
  async function expectEverythingRefused(code: string): Promise<void> {
    const { keys, secrets } = opened;
    const calls = [
      () => keys.unwrap(tenantId, wrapped),
      () => keys.wrap(tenantId, plaintext),
      () => keys.rewrap(tenantId, wrapped),
      () => keys.find(tenantId),
      () => keys.create(newTenantId()),
      () => keys.listTenants(),
      () => keys.check(),
      () => secrets.get(path),
      () => secrets.put(path, { a: '2' }),
      () => secrets.create({ tenantId, name: 'b' }, { a: '2' }),
      () => secrets.list(tenantId),
      () => secrets.listTenants(),
      () => secrets.check(),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code });
  }

  /** How long until the same client serves again. */
  async function recovery(): Promise<number> {
    const started = performance.now();
    for (;;) {
      const back = await opened.keys.unwrap(tenantId, wrapped).catch(() => null);
      if (back !== null) {
        expect(back).toEqual(plaintext);
        return performance.now() - started;
      }
      if (performance.now() - started > 10_000) throw new Error('It does not recover');
      await sleep(20);
    }
  }

  it('sealed: every call says so at once; unsealed: the same client goes on', async () => {
    await vault.seal();
    const started = performance.now();
    await expectEverythingRefused('vault_sealed');
    expect(performance.now() - started).toBeLessThan(2_000);
    await vault.unseal();
    expect(await recovery()).toBeLessThan(3_000);
    expect(await opened.secrets.get(path)).toEqual({ a: '1' });
  });

  it('sealed for longer, while 32 callers go on asking: they fail fast, and all recover', async () => {
    await vault.seal();
    const stop = new AbortController();
    const slowest = { ms: 0 };
    const codes = new Set<string>();
    const callers = Array.from({ length: 32 }, async () => {
      while (!stop.signal.aborted) {
        const began = performance.now();
        await opened.keys
          .unwrap(tenantId, wrapped)
          .catch((error: { code: string }) => codes.add(error.code));
        slowest.ms = Math.max(slowest.ms, performance.now() - began);
        await sleep(10);
      }
    });
    await sleep(2_500);
    await vault.unseal();
    expect(await recovery()).toBeLessThan(3_000);
    stop.abort();
    await Promise.all(callers);
    expect([...codes]).toEqual(['vault_sealed']);
    expect(slowest.ms).toBeLessThan(1_000);
  });

  it('gone: every call says that it cannot be reached; back: the same client goes on', async () => {
    await vault.halt();
    await expectEverythingRefused('vault_unreachable');
    await vault.start();
    expect(await recovery()).toBeLessThan(3_000);
    await expect(opened.keys.check()).resolves.toBeUndefined();
    expect(await opened.secrets.get(path)).toEqual({ a: '1' });
  });
});
