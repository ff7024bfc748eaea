import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runServer, type RunningServer } from '../../../src/entry/composition/run-server.js';
import { createLogger } from '../../../src/infrastructure/logging/logger.js';
import { Secret } from '../../../src/kernel/secret.js';
import { plant } from '../../support/canaries/registry.js';
import { ADMIN_TOKEN, callApi, startTestApp, type TestApp } from '../../support/test-app.js';
import { adminUrl, controlUrl, databaseUrl } from '../../support/test-postgres.js';
import { runSql } from '../../support/temp-servers.js';
import type { VaultServer } from '../../support/vault-server.js';
import { withOwnVault } from '../vault/real-vault.js';
import { roleSettings, startSetUpVault } from './set-up-vault.js';

/** The API in one process and the work in another, each with the AppRole of its role and no other. */
withOwnVault('a whole NuMoon on the AppRoles of its processes', () => {
  let vault: VaultServer;
  let api: TestApp;
  let worker: RunningServer | null = null;

  beforeAll(async () => {
    vault = await startSetUpVault();
    api = await startTestApp({
      ...(await roleSettings(vault, 'api')),
      role: 'api',
      stockDatabases: 0,
      stockSchemas: 0,
      leaseSeconds: 2,
    });
  }, 90_000);

  afterAll(async () => {
    await worker?.stop();
    await api?.close();
    await vault?.stop();
  });

  test('an api process signs up, but cannot undo a signup that fails after its key is made', async () => {
    await runSql(catalogUrl(), 'ALTER TABLE sign_ins ADD CONSTRAINT never CHECK (false) NOT VALID');
    const failed = await callApi(api.url, 'POST', '/v1/signup', {
      body: {
        organization: plant('organization'),
        owner: {
          name: plant('name'),
          email: `${plant('email')}@example.com`,
          password: plant('password'),
        },
      },
    });
    expect(failed.status).toBe(500);
    await runSql(catalogUrl(), 'ALTER TABLE sign_ins DROP CONSTRAINT never');
    expect(await statuses()).toEqual(['provisioning']);
    const left = await keyNames();
    expect(left).toHaveLength(1);
    await expect(api.foundation.tools.keys.destroy(left[0] as string)).rejects.toMatchObject({
      code: 'vault_denied',
    });
    expect(await keyNames()).toEqual(left);
  });

  test('and a worker’s sweep removes what was left, key included', async () => {
    worker = await runServer({
      config: { ...api.config, ...(await roleSettings(vault, 'worker')), role: 'worker' },
      databaseUrl: new Secret(controlUrl()),
      profile: 'own server',
      version: '0.0.0-test',
      adminToken: new Secret(ADMIN_TOKEN),
      logger: createLogger({ level: 'silent' }),
    });
    await until('undone', async () => (await statuses()).every((status) => status === 'failed'));
    expect(await keyNames()).toEqual([]);
  });

  test.each(['database', 'schema'])(
    'a tenant (isolation %s) lives, has its keys rotated, and is closed with proof',
    async (isolation) => {
      const tenant = await api.signUp({ isolation });
      const seen = await api.call('GET', '/v1/me', { key: tenant.key });
      expect(seen.status).toBe(200);
      expect(await keyNames()).toEqual([tenant.id]);

      const rotating = await api.call('POST', `/admin/tenants/${tenant.id}/rotate-keys`, {
        key: ADMIN_TOKEN,
        body: {},
      });
      expect(rotating.status).toBeLessThan(300);
      await until('rotated', async () => {
        const { body } = await vault.ask('GET', `numoon-transit/keys/${tenant.id}`);
        return body.data.latest_version === 2 && body.data.min_available_version === 2;
      });
      const after = await api.call('GET', '/v1/tenant', { key: tenant.key });
      expect(after.body).toMatchObject({ id: tenant.id, slug: tenant.slug });

      const closed = await api.call('POST', '/v1/account/closure', {
        key: tenant.key,
        body: { confirm: tenant.slug, password: tenant.password, graceDays: 0 },
      });
      expect(closed.status).toBe(202);
      await until('purged', async () => {
        const { body } = await callApi(closed.body.statusUrl, 'GET', '', {});
        if (body.status !== 'purged') return false;
        expect(body.evidence).toContainEqual({ where: 'keys', found: 0 });
        return true;
      });
      expect(await keyNames()).toEqual([]);
    },
    60_000,
  );

  function catalogUrl(): string {
    return databaseUrl(adminUrl(), api.config.catalogDatabase);
  }

  async function statuses(): Promise<string[]> {
    const rows = await api.look<{ status: string }>(
      api.config.catalogDatabase,
      'SELECT status FROM tenants',
    );
    return rows.map(({ status }) => status);
  }

  async function keyNames(): Promise<string[]> {
    const { body } = await vault.ask('LIST', 'numoon-transit/keys');
    return body.data?.keys ?? [];
  }
});

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Not ${what} in time.`);
    await sleep(100);
  }
}
