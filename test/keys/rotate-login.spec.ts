import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RotateLogin } from '../../src/control-plane/keys/rotate-login.js';
import { startTestApp, type SignedUp, type TestApp } from '../support/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ connectionIdleMs: 1_000 });
});

afterAll(() => app.close());

const rotate = (tenantId: string): Promise<void> =>
  app.foundation.tenancy.central(() =>
    app.app.get(RotateLogin, { strict: false }).execute(tenantId),
  );

async function loginOf(tenantId: string): Promise<{ role: string; sealed: Buffer }> {
  const [row] = await app.foundation.catalog.query<{ role: string; sealed: Buffer }>(
    'SELECT login_role AS role, login_sealed AS sealed FROM placements WHERE tenant_id = $1',
    [tenantId],
  );
  if (row === undefined) throw new Error('No placement.');
  return row;
}

const TABLES = `SELECT has_table_privilege(current_user, 'members', 'INSERT') AS may`;

describe.each(['database', 'schema'] as const)(
  'the login role of a tenant in a %s',
  (isolation) => {
    it('changes under load without a failed request, and the old one is gone', async () => {
      const tenant = await app.signUp({ isolation });
      const load = { on: true };
      let answered = 0;
      const ask = async (who: SignedUp): Promise<void> => {
        while (load.on) {
          const answer = await app.call('GET', '/v1/tenant', { key: who.key });
          expect(answer.status).toBe(200);
          answered += 1;
        }
      };
      const loads = Promise.all([ask(tenant), ask(tenant), ask(tenant)]);
      for (let round = 0; round < 3; round += 1) {
        const before = await loginOf(tenant.id);
        await rotate(tenant.id);
        const after = await loginOf(tenant.id);
        expect(after.role).not.toBe(before.role);
        const left = await app.look('postgres', 'SELECT FROM pg_roles WHERE rolname = $1', [
          before.role,
        ]);
        expect(left).toEqual([]);
      }
      load.on = false;
      await loads;
      expect(answered).toBeGreaterThan(20);
    });

    it('may do as much as the one before, and no more', async () => {
      const tenant = await app.signUp({ isolation });
      const privileges = `SELECT table_name, privilege_type FROM information_schema.table_privileges
      WHERE grantee = current_user ORDER BY 1, 2`;
      const before = await asTenant(tenant.id, privileges);
      await rotate(tenant.id);
      expect(await asTenant(tenant.id, privileges)).toEqual(before);
      expect(await asTenant(tenant.id, TABLES)).toEqual([{ may: true }]);
      const settings = await app.look<{ config: string[] }>(
        'postgres',
        'SELECT rolconfig AS config FROM pg_roles WHERE rolname = $1',
        [(await loginOf(tenant.id)).role],
      );
      expect(settings[0]?.config.join()).toMatch(/statement_timeout=.*lock_timeout=/);
    });
  },
);

describe('a password of a login role', () => {
  it('opens for its own role and tenant and for no other', async () => {
    const [one, other] = [await app.signUp(), await app.signUp()];
    const { logins } = app.foundation.tools;
    const login = await loginOf(one.id);
    expect(logins.open(one.id, login.role, login.sealed)).toHaveLength(43);
    expect(() => logins.open(other.id, login.role, login.sealed)).toThrow('could not be opened');
    expect(() => logins.open(one.id, 'nm_0000000000000000', login.sealed)).toThrow();
  });

  it('is nowhere in the catalog in clear, and no verifier either', async () => {
    const tenant = await app.signUp();
    const { role, sealed } = await loginOf(tenant.id);
    const password = app.foundation.tools.logins.open(tenant.id, role, sealed);
    const rows = await app.foundation.catalog.query('SELECT * FROM placements');
    expect(JSON.stringify(rows)).not.toContain(password);
    expect(sealed.includes(password)).toBe(false);
  });
});

function asTenant(tenantId: string, text: string): Promise<object[]> {
  const { tenancy, tenantDatabase } = app.foundation;
  return tenancy.run(tenantId, { kind: 'system', job: 'test.look' }, () =>
    tenantDatabase.query({ text, values: [] }),
  );
}
