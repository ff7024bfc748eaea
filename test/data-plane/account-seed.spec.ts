import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { AuditLog } from '../../src/data-plane/audit/audit-log.js';
import { ReadAuditLog } from '../../src/data-plane/audit/read-audit-log.js';
import { ListApiKeys } from '../../src/data-plane/api-keys/list-api-keys.js';
import { ListMembers } from '../../src/data-plane/members/list-members.js';
import { ReadOrganization } from '../../src/data-plane/organization/read-organization.js';
import { AccountSeed } from '../../src/data-plane/seed-account.js';
import { type Account, openAccount, OWNER_PASSWORD } from './support/open-account.js';
import { signIn } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

test('a seeded account has its organisation, an owner who can sign in and a key that works', async () => {
  const tenant = await plane.as(account.tenant, account.owner, () =>
    plane.get(ReadOrganization).execute(),
  );
  expect(tenant).toMatchObject({
    id: account.tenant.id,
    name: 'Bluebird Coffee',
    status: 'active',
    isolation: 'database',
  });
  expect(await signIn(plane, account.ownerEmail, OWNER_PASSWORD)).toMatch(
    /^[a-z0-9]{20}\.[\w-]{43}$/,
  );
  expect(account.apiKey).toMatch(/^nm_[a-z0-9]{52}$/);
  const identity = await plane.get(TenantCredentials).byApiKey(account.apiKey);
  expect(identity).toEqual({
    tenant: account.tenant,
    actor: { kind: 'api-key', id: account.apiKeyId, role: 'owner' },
  });
});

test('seeding again keeps the owner, replaces the first key and tells the audit log once', async () => {
  const fresh = await openAccount(plane);
  const again = await plane.as(fresh.tenant, { kind: 'system', job: 'test' }, async () =>
    plane.get(AccountSeed).seed({
      tenantId: fresh.tenant.id,
      organization: { name: 'Bluebird Coffee', slug: 'another-slug' },
      owner: {
        name: 'Ada Lovelace',
        email: fresh.ownerEmail,
        passwordHash: await plane.hasher.hash(OWNER_PASSWORD),
      },
    }),
  );
  expect([again.ownerId, again.apiKeyId]).toEqual([fresh.ownerId, fresh.apiKeyId]);
  expect(again.apiKey).not.toBe(fresh.apiKey);
  const credentials = plane.get(TenantCredentials);
  expect(await credentials.byApiKey(fresh.apiKey)).toBeNull();
  expect(await credentials.byApiKey(again.apiKey)).not.toBeNull();
  await plane.as(fresh.tenant, fresh.owner, async () => {
    const everything = { limit: 50 };
    expect((await plane.get(ListApiKeys).execute(everything)).items).toHaveLength(1);
    expect((await plane.get(ListMembers).execute(everything)).items).toHaveLength(1);
    const log = await plane.get(ReadAuditLog).execute(everything);
    expect(log.items.filter(({ action }) => action === 'account.created')).toHaveLength(1);
    expect((await plane.get(ReadOrganization).execute()).slug).toBe('another-slug');
  });
});

test('an account is not seeded in the scope of another tenant', async () => {
  const other = await openAccount(plane);
  const seeding = plane.as(other.tenant, { kind: 'system', job: 'test' }, () =>
    plane.get(AccountSeed).seed({
      tenantId: account.tenant.id,
      organization: { name: 'Wrong', slug: 'wrong' },
      owner: { name: 'Wrong', email: 'wrong@example.com', passwordHash: 'x' },
    }),
  );
  await expect(seeding).rejects.toThrow('in its own scope only');
});

test('the audit log names the member, the system job and the request', async () => {
  await plane.as(account.tenant, { kind: 'system', job: 'some.job' }, () =>
    plane.get(AuditLog).append({ action: 'organization.changed', details: { fields: ['name'] } }),
  );
  const { items } = await plane.as(account.tenant, account.owner, () =>
    plane.get(ReadAuditLog).execute({ limit: 10 }),
  );
  expect(items[0]).toMatchObject({
    actor: { kind: 'system', id: 'some.job' },
    action: 'organization.changed',
    requestId: 'req_test',
    details: { fields: ['name'] },
  });
  expect(items.at(-1)).toMatchObject({
    actor: { kind: 'member', id: account.ownerId },
    action: 'account.created',
  });
});
