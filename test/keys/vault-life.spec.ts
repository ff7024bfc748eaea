import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { withOwnVault } from '../infrastructure/vault/real-vault.js';
import { KV_MOUNT } from '../support/vault-server.js';
import { plant } from '../support/canaries/registry.js';
import {
  closeAccount,
  read,
  rename,
  startVaultApp,
  untilTrue,
  type VaultApp,
} from './support/vault-app.js';

withOwnVault('an account whose keys are in Vault', () => {
  let on: VaultApp;

  beforeAll(async () => {
    on = await startVaultApp();
  });

  afterAll(() => on?.close());

  it.each(['database', 'schema'])(
    'is opened, used, closed and gone from Vault as from everywhere (%s)',
    async (isolation) => {
      const { app, vault } = on;
      const tenant = await app.signUp({ isolation });
      expect(await on.holds(tenant.id)).toEqual({ key: true, secrets: [] });
      const name = plant('organization');
      expect((await rename(app, tenant, name)).status).toBe(200);
      app.foundation.keys.drop(tenant.id);
      expect((await read(app, tenant)).body).toMatchObject({ id: tenant.id, name, isolation });
      // As a connected tool would leave one.
      await app.foundation.tools.secrets.put({ tenantId: tenant.id, name: 'tool' }, { token: 't' });
      expect(await on.holds(tenant.id)).toEqual({ key: true, secrets: ['tool'] });

      const statusPath = await closeAccount(app, tenant);
      const status = () => app.call('GET', statusPath);
      await untilTrue(async () => (await status()).body.status === 'purged');

      const { evidence } = (await status()).body as {
        evidence: { where: string; found: number }[];
      };
      expect(evidence).toEqual(
        expect.arrayContaining([
          { where: 'keys', found: 0 },
          { where: 'secrets', found: 0 },
        ]),
      );
      expect(evidence.filter(({ found }) => found !== 0)).toEqual([]);
      expect(await on.holds(tenant.id)).toEqual({ key: false, secrets: [] });
      const tree = await vault.ask('LIST', `${KV_MOUNT}/metadata/tenants`);
      expect(JSON.stringify(tree.body ?? {})).not.toContain(tenant.id);
      expect((await read(app, tenant)).status).toBe(401);
      expect(app.foundation.keys.size).toBe(0);
    },
    30_000,
  );
});
