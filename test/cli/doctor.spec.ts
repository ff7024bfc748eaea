import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cleanUp, runSql } from '../support/temp-servers.js';
import { adminUrl, databaseUrl, dropDatabases } from '../support/test-postgres.js';
import { cliEnvironment, jsonOf, runCli } from './support/cli.js';

describe('numoon doctor', () => {
  let env: Awaited<ReturnType<typeof cliEnvironment>>;

  beforeAll(async () => {
    env = await cliEnvironment();
  });

  afterAll(async () => {
    await dropDatabases(env.NUMOON_CATALOG_DATABASE, env['NUMOON_SHARED_DATABASE'] as string);
    await cleanUp();
  });

  test.each([
    ['database', 'database nm_'],
    ['schema', 'schema nm_'],
  ])(
    'ends with 1 over an orphan (isolation %s), and with 0 once --fix has removed it',
    async (isolation, removed) => {
      const created = await runCli(env, 'tenants', 'create', '--isolation', isolation, '--json');
      const { created: accounts } = jsonOf<{ created: { tenant: { id: string } }[] }>(created);
      const id = accounts[0]?.tenant.id ?? 'none';
      // The order of their references.
      for (const table of ['sign_ins', 'slugs', 'placements', 'tenants']) {
        const column = table === 'tenants' ? 'id' : 'tenant_id';
        await runSql(catalogUrl(), `DELETE FROM ${table} WHERE ${column} = '${id}'`);
      }

      const sick = await runCli(env, 'doctor', '--json');
      expect(sick.code).toBe(1);
      expect(jsonOf<{ orphans: { kind: string }[] }>(sick)).toMatchObject({ healthy: false });

      const fixed = await runCli(env, 'doctor', '--fix');
      expect(fixed).toMatchObject({ code: 0, stderr: '' });
      expect(fixed.stdout).toMatch(/^Healthy\.\nTenants: none\n/);
      expect(fixed.stdout).toContain(`  ${removed}`);
    },
    90_000,
  );

  test('a creation that fails is counted and told, and the command ends with 1', async () => {
    await runSql(
      catalogUrl(),
      'ALTER TABLE tenants ADD CONSTRAINT never CHECK (id IS NULL) NOT VALID',
    );
    const result = await runCli(env, 'tenants', 'create', '--count', '2', '--json');
    expect(result.code).toBe(1);
    expect(jsonOf(result)).toMatchObject({
      created: [],
      failed: [{ organization: 'New tenant 1', code: 'internal_error' }, {}],
    });
    expect(result.stderr).toContain('2 of 2 failed:\n  New tenant 1: ');
  });

  function catalogUrl(): string {
    return databaseUrl(adminUrl(), env.NUMOON_CATALOG_DATABASE);
  }
});
