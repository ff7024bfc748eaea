import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { openVault } from '../../../src/infrastructure/vault/open-vault.js';
import type { VaultServer } from '../../support/vault-server.js';
import { withOwnVault } from '../vault/real-vault.js';
import { counter } from '../vault/own-vault.js';
import { roleSettings, startSetUpVault } from './set-up-vault.js';

withOwnVault('a process on its AppRole', () => {
  let server: VaultServer;
  beforeAll(async () => {
    server = await startSetUpVault();
  });
  afterAll(() => server?.stop());

  test('renews its token and logs in anew when that can be renewed no more, without the policy "default"', async () => {
    // Seconds in place of minutes and a day.
    const life = { token_ttl: 2, token_max_ttl: 4 };
    await server.ask('POST', 'auth/approle/role/numoon-worker', life);
    const counts = counter();
    const vault = openVault(await roleSettings(server, 'worker'), counts);
    try {
      const end = performance.now() + 6_000;
      while (performance.now() < end) {
        await vault.keys.listTenants();
        await sleep(100);
      }
      expect(counts.of('auth.renew ok')).toBeGreaterThanOrEqual(1);
      expect(counts.of('auth.login ok')).toBeGreaterThanOrEqual(2);
      expect(counts.of('transit.list vault_denied')).toBe(0);
    } finally {
      await vault.close();
    }
    expect(counts.of('auth.revoke ok')).toBe(1);
  });
});
