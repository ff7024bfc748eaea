import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cleanUp } from '../support/temp-servers.js';
import { dropDatabases } from '../support/test-postgres.js';
import { cliEnvironment, jsonOf, runCli } from './support/cli.js';

interface Account {
  tenant: { id: string; name: string; slug: string; status: string; isolation: string };
  apiKey: string;
}

describe('numoon tenants', () => {
  let env: Awaited<ReturnType<typeof cliEnvironment>>;
  let id: string;

  beforeAll(async () => {
    env = await cliEnvironment();
  });

  afterAll(async () => {
    await dropDatabases(env.NUMOON_CATALOG_DATABASE, env['NUMOON_SHARED_DATABASE'] as string);
    await cleanUp();
  });

  test('create opens an account and prints nothing but one JSON document', async () => {
    const owner = ['--owner-name', 'Ada', '--owner-email', 'ada@example.com'];
    const name = 'Bluebird Coffee';
    const result = await runCli(
      env,
      'tenants',
      'create',
      '--json',
      '--organization',
      name,
      ...owner,
    );
    const { created, failed } = jsonOf<{ created: Account[]; failed: unknown[] }>(result);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(failed).toEqual([]);
    expect(created).toHaveLength(1);
    const [account] = created as [Account];
    expect(account.tenant).toMatchObject({
      name: 'Bluebird Coffee',
      slug: 'bluebird-coffee',
      status: 'active',
      isolation: 'database',
    });
    expect(account.apiKey).toMatch(/^nm_/);
    id = account.tenant.id;
  });

  test('create --count 5 tells how far it is and ends with a table', async () => {
    const five = ['--count', '5', '--organization', 'Many', '--isolation', 'schema'];
    const { code, stdout, stderr } = await runCli(env, 'tenants', 'create', ...five);
    expect(code).toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(5);
    expect(stderr).toContain('5 of 5 tenants, 0 failed');
    for (const head of ['id', 'slug', 'status', 'isolation', 'api key']) {
      expect(stdout).toContain(head);
    }
    for (const slug of ['many-1', 'many-2', 'many-3', 'many-4', 'many-5']) {
      expect(stdout).toContain(slug);
    }
    expect(stdout.match(/nm_\w{40,}/g)).toHaveLength(5);
  });

  test('list and show give what the API gives', async () => {
    const [some, one] = await Promise.all([
      runCli(env, 'tenants', 'list', '--status', 'active', '--limit', '5', '--json'),
      runCli(env, 'tenants', 'show', id, '--json'),
    ]);
    const page = jsonOf<{ items: unknown[]; nextCursor: string | null }>(some);
    expect(page.items).toHaveLength(5);
    expect(page.nextCursor).not.toBeNull();
    expect(jsonOf(one)).toMatchObject({ id, status: 'active', placement: { schema: 'public' } });
    expect(one.stderr).toBe('');
  });

  test('suspend, resume and close move the tenant; what is refused ends with 1 and its code', async () => {
    const suspended = await runCli(env, 'tenants', 'suspend', id);
    expect(suspended).toMatchObject({ code: 0, stderr: '' });
    expect(suspended.stdout).toMatch(/^status +suspended$/m);

    const resumed = await runCli(env, 'tenants', 'resume', id, '--json');
    expect(jsonOf(resumed)).toMatchObject({ id, status: 'active' });

    const again = await runCli(env, 'tenants', 'resume', id, '--json');
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(/\(tenant_move_refused\)\n$/);

    const closed = await runCli(env, 'tenants', 'close', id, '--grace-days', '0', '--json');
    expect(jsonOf(closed)).toEqual({
      tenantId: id,
      closureId: expect.stringMatching(/^cls_/),
      purgeAt: expect.any(String),
    });
    expect(closed).toMatchObject({ code: 0, stderr: '' });
  }, 90_000);
});
