import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { appRole, startOwnVault } from '../infrastructure/vault/own-vault.js';
import { withOwnVault } from '../infrastructure/vault/real-vault.js';
import { callApi, startTestApp, type SignedUp } from '../support/test-app.js';
import {
  coolDown,
  read,
  rename,
  startVaultApp,
  untilTrue,
  warmUp,
  type VaultApp,
} from './support/vault-app.js';

withOwnVault('one NuMoon, never restarted,', () => {
  let on: VaultApp;
  let tenant: SignedUp;

  beforeAll(async () => {
    on = await startVaultApp(
      { stockDatabases: 0, stockSchemas: 1 },
      { login: (vault) => appRole(vault, 'numoon', { token_ttl: '1h' }) },
    );
    tenant = await on.app.signUp({ isolation: 'schema' });
  });

  afterAll(() => on?.close());

  const coldRead = () => {
    on.app.foundation.keys.drop(tenant.id);
    return read(on.app, tenant);
  };

  it('goes on when Vault was stopped, started and unsealed', async () => {
    await coolDown(on.app, tenant);
    await on.vault.halt();
    expect(await coldRead()).toMatchObject({ status: 503, body: { code: 'vault_unreachable' } });

    await on.vault.start();
    const ms = await untilTrue(async () => (await coldRead()).status === 200);
    expect(ms).toBeLessThan(10_000);
    expect((await rename(on.app, tenant, 'After the restart')).status).toBe(200);
  });

  it('logs in again when its token was revoked, and no request fails', async () => {
    await warmUp(on.app, tenant);
    const accessors = await on.vault.ask('LIST', 'auth/token/accessors');
    let revoked = 0;
    for (const accessor of accessors.body.data.keys as string[]) {
      const { body } = await on.vault.ask('POST', 'auth/token/lookup-accessor', { accessor });
      if (body.data.path !== 'auth/approle/login') continue;
      await on.vault.ask('POST', 'auth/token/revoke-accessor', { accessor });
      revoked += 1;
    }
    expect(revoked).toBe(1);

    for (let round = 0; round < 5; round += 1) expect((await coldRead()).status).toBe(200);
    const made = await on.app.signUp({ isolation: 'schema' });
    expect((await read(on.app, made)).status).toBe(200);
  });
});

withOwnVault('a data key in memory, with Vault sealed,', () => {
  const IDLE_MS = 2_000;
  let on: VaultApp;
  let tenant: SignedUp;

  beforeAll(async () => {
    on = await startVaultApp({ stockDatabases: 0, stockSchemas: 1, dataKeyIdleMs: IDLE_MS });
    tenant = await on.app.signUp({ isolation: 'schema' });
  });

  afterAll(() => on?.close());

  it('serves while it is used, for longer than its time, and is gone when nobody used it for that long', async () => {
    const { app, vault } = on;
    await warmUp(app, tenant);
    await vault.seal();
    const sealedAt = performance.now();
    while (performance.now() - sealedAt < 2 * IDLE_MS) {
      expect((await read(app, tenant)).status).toBe(200);
      await sleep(IDLE_MS / 4);
    }

    await sleep(IDLE_MS + 100);
    expect(app.foundation.keys.size).toBe(0);
    expect(await read(app, tenant)).toMatchObject({ status: 503, body: { code: 'vault_sealed' } });
    expect(await rename(app, tenant, 'Too late')).toMatchObject({ status: 503 });

    await vault.unseal();
    await untilTrue(async () => (await read(app, tenant)).status === 200);
    expect((await read(app, tenant)).body.name).toBe('Warm and awake');
  });
});

withOwnVault('a NuMoon that is started', () => {
  it('while Vault is sealed refuses, says why, and starts when it is not', async () => {
    const vault = await startOwnVault();
    const settings = await appRole(vault, 'numoon');
    const start = () =>
      startTestApp({
        vaultAddress: vault.address,
        ...settings,
        vaultKvMount: vault.kvMount,
        vaultTransitMount: vault.transitMount,
        stockDatabases: 0,
        stockSchemas: 0,
      });
    try {
      await vault.seal();
      await expect(start()).rejects.toMatchObject({
        code: 'vault_sealed',
        message: expect.stringContaining('unseal it'),
      });
      await vault.unseal();
      const app = await start();
      expect((await callApi(app.url, 'GET', '/readyz', {})).body).toEqual({
        status: 'ok',
        degraded: [],
      });
      await app.close();
    } finally {
      await vault.stop();
    }
  });
});
