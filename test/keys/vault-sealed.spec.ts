import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { withOwnVault } from '../infrastructure/vault/real-vault.js';
import { ADMIN_TOKEN, type SignedUp } from '../support/test-app.js';
import { lookInside } from './support/look-inside.js';
import {
  closeAccount,
  coolDown,
  read,
  rename,
  startVaultApp,
  untilTrue,
  warmUp,
  type VaultApp,
} from './support/vault-app.js';

withOwnVault('while Vault is sealed', () => {
  let on: VaultApp;
  let warm: SignedUp;
  let cold: SignedUp;

  beforeAll(async () => {
    on = await startVaultApp({ stockDatabases: 1, stockSchemas: 2 });
    warm = await on.app.signUp();
    cold = await on.app.signUp({ isolation: 'schema' });
  });

  afterEach(async () => {
    await on.vault.unseal();
    const isBack = async () => {
      on.app.foundation.keys.drop(cold.id);
      return (await read(on.app, cold)).status === 200;
    };
    await untilTrue(isBack);
  });

  afterAll(() => on?.close());

  it('a cold tenant is answered 503 vault_sealed, told nothing, and nothing of it is changed', async () => {
    const { app } = on;
    await coolDown(app, cold);
    const rows = () =>
      lookInside(
        app,
        cold.id,
        `SELECT encode(name, 'hex') AS name, (SELECT count(*) FROM audit_events) AS events,
                (SELECT count(*) FROM members) AS members FROM organization`,
      );
    const before = await rows();
    await on.vault.seal();

    const { key } = cold;
    const member = { name: 'Never Kept', email: 'never@example.com', role: 'analyst' };
    for (const call of [
      () => read(app, cold),
      () => rename(app, cold, 'Never Kept'),
      () => app.call('GET', '/v1/members', { key }),
      () => app.call('POST', '/v1/members', { key, body: member }),
      () => app.call('GET', '/v1/me', { key }),
    ]) {
      const answer = await call();
      expect(answer).toMatchObject({ status: 503, body: { code: 'vault_sealed' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      // How to put Vault right is told to who runs it.
      expect(JSON.stringify(answer.body)).not.toMatch(/unseal|VAULT_|numoon vault/);
    }
    expect(await rows()).toEqual(before);
  });

  it('a warm tenant reads and writes as before, and what needs no key goes on', async () => {
    const { app } = on;
    await warmUp(app, warm);
    await on.vault.seal();

    for (let round = 0; round < 10; round += 1) {
      const name = `Warm in round ${round}`;
      expect((await rename(app, warm, name)).status).toBe(200);
      expect((await read(app, warm)).body.name).toBe(name);
    }
    expect((await app.call('GET', '/healthz')).status).toBe(200);
    expect((await app.call('GET', '/openapi.json')).status).toBe(200);
    const ready = () => app.call('GET', '/readyz');
    await untilTrue(async () => (await ready()).body.degraded?.length === 2);
    expect(await ready()).toMatchObject({
      status: 200,
      body: { status: 'ok', degraded: ['keys', 'secrets'] },
    });
    const shown = await app.call('GET', `/admin/tenants/${cold.id}`, { key: ADMIN_TOKEN });
    expect([shown.status, shown.body.status]).toEqual([200, 'active']);
  });

  it('a cold tenant can still end sessions, revoke keys and be suspended: none of it needs its key', async () => {
    const { app } = on;
    await coolDown(app, cold);
    const body = { name: 'lost', role: 'analyst' };
    const lost = await app.call('POST', '/v1/api-keys', { key: cold.key, body });
    const login = { email: cold.email, password: cold.password };
    const session = await app.call('POST', '/v1/login', { body: login });
    const cookie = (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    app.foundation.keys.drop(cold.id);
    await on.vault.seal();

    const path = `/v1/api-keys/${lost.body.id}`;
    expect((await app.call('DELETE', path, { key: cold.key })).status).toBe(204);
    expect((await app.call('GET', '/v1/tenant', { key: lost.body.key })).status).toBe(401);
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    expect((await app.call('POST', '/v1/logout', { headers, body: {} })).status).toBe(204);
    expect((await app.call('GET', '/v1/me', { headers })).status).toBe(401);
    const again = await app.call('POST', '/v1/login', { body: login });
    expect(again).toMatchObject({ status: 503, body: { code: 'vault_sealed' } });
    for (const [verb, status] of [
      ['suspend', 'suspended'],
      ['resume', 'active'],
    ]) {
      const act = `/admin/tenants/${cold.id}/${verb}`;
      const answer = await app.call('POST', act, { key: ADMIN_TOKEN, body: {} });
      expect([answer.status < 300, answer.body.status]).toEqual([true, status]);
    }
  });

  it('a signup is refused by the same code, and leaves nothing half made', async () => {
    const { app } = on;
    await on.vault.seal();
    const statuses = await Promise.all(
      ['database', 'schema', 'schema', 'database'].map((isolation, at) =>
        app.call('POST', '/v1/signup', {
          body: {
            organization: `Half Made ${at}`,
            owner: {
              name: 'Nobody',
              email: `half-made-${at}@example.com`,
              password: 'correct horse battery',
            },
            isolation,
          },
        }),
      ),
    );
    for (const answer of statuses) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'vault_sealed' } });
    }
    const login = await app.call('POST', '/v1/login', {
      body: { email: 'half-made-0@example.com', password: 'correct horse battery' },
    });
    expect(login.body.code).toBe('login_failed');

    await on.vault.unseal();
    const unfinished = async () =>
      app.foundation.catalog.query(
        `SELECT tenant_id AS id FROM ready_placements WHERE state <> 'ready'
         UNION ALL SELECT id FROM tenants WHERE status = 'provisioning'`,
      );
    await untilTrue(async () => (await unfinished()).length === 0);
    const doctor = await app.call('GET', '/admin/doctor', { key: ADMIN_TOKEN });
    expect(doctor.body).toMatchObject({ orphans: [], missing: [] });
    expect((await read(app, await app.signUp())).status).toBe(200);
  });

  it('a purge waits, and is done when it is unsealed', async () => {
    const { app, vault } = on;
    const leaving = await app.signUp({ isolation: 'schema' });
    await app.foundation.tools.secrets.put({ tenantId: leaving.id, name: 'tool' }, { token: 't' });
    // The closure asks for the owner's password, which is sealed.
    await warmUp(app, leaving);
    await vault.seal();
    const statusPath = await closeAccount(app, leaving);
    const status = async () => (await app.call('GET', statusPath)).body.status as string;
    await untilTrue(async () => (await status()) === 'purging');
    await sleep(1_500);
    expect(await status()).toBe('purging');
    expect((await read(app, leaving)).status).toBe(401);

    await vault.unseal();
    await untilTrue(async () => (await status()) === 'purged');
    expect(await on.holds(leaving.id)).toEqual({ key: false, secrets: [] });
  });

  it('for a moment, a cold tenant is served again within seconds of the end, without a restart', async () => {
    const { app, vault } = on;
    await coolDown(app, cold);
    await vault.seal();
    const asking = Array.from({ length: 8 }, async () => {
      const codes = new Set<string>();
      for (;;) {
        const answer = await read(app, cold);
        if (answer.status === 200) return codes;
        codes.add(`${answer.status} ${answer.body.code}`);
        await sleep(50);
      }
    });
    await sleep(2_000);
    const unsealing = vault.unseal();
    const startedAt = performance.now();
    await unsealing;
    for (const codes of await Promise.all(asking)) expect([...codes]).toEqual(['503 vault_sealed']);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect((await app.call('GET', '/readyz')).status).toBe(200);
  });
});
