import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { CreateApiKey } from '../../src/data-plane/api-keys/create-api-key.js';
import { ListApiKeys } from '../../src/data-plane/api-keys/list-api-keys.js';
import { RevokeApiKey } from '../../src/data-plane/api-keys/revoke-api-key.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import type { Actor, Role } from '../../src/tenancy/tenancy.js';
import { type Account, openAccount } from './support/open-account.js';
import { codeOf, join } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

const create = (actor: Actor, role: Role) =>
  plane.as(account.tenant, actor, () => plane.get(CreateApiKey).execute({ name: 'Report', role }));
const revoke = (actor: Actor, id: string) =>
  plane.as(account.tenant, actor, () => plane.get(RevokeApiKey).execute(id));

test('a key works at once, is shown once and is kept only as a hash', async () => {
  const made = await create(account.owner, 'analyst');
  expect(made.key).toMatch(/^nm_[a-z0-9]{52}$/);
  expect(made.hint).toBe(made.key.slice(-4));
  const identity = await plane.get(TenantCredentials).byApiKey(made.key);
  expect(identity?.actor).toEqual({ kind: 'api-key', id: made.id, role: 'analyst' });
  const { items } = await plane.as(account.tenant, account.owner, () =>
    plane.get(ListApiKeys).execute({ limit: 50 }),
  );
  expect(items.map(({ id }) => id)).toContain(made.id);
  const rows = await plane.as(account.tenant, account.owner, () =>
    plane.get(TenantDatabase).query({ text: 'SELECT to_jsonb(k) AS row FROM api_keys k' }),
  );
  expect(JSON.stringify([items, rows])).not.toContain(made.key.slice(3, -4));
});

test('nobody makes a key with more than the own role, nor ends one', async () => {
  const admin = await join(plane, account, 'admin');
  const large = await create(account.owner, 'owner');
  expect(await codeOf(create(admin.actor, 'owner'))).toBe('role_too_small');
  expect(await codeOf(revoke(admin.actor, large.id))).toBe('role_too_small');
  const made = await create(admin.actor, 'admin');
  await revoke(admin.actor, made.id);
  await revoke(account.owner, large.id);
});

test('a key revoked twice, of another tenant or made up is not found', async () => {
  const other = await openAccount(plane);
  const made = await create(account.owner, 'admin');
  await revoke(account.owner, made.id);
  for (const id of [made.id, other.apiKeyId, 'key_aaaaaaaaaaaaaaaaaaaa', 'a\u0000b', '']) {
    expect(await codeOf(revoke(account.owner, id))).toBe('api_key_not_found');
  }
  expect(await plane.get(TenantCredentials).byApiKey(other.apiKey)).not.toBeNull();
});

test('a key that was revoked meanwhile makes no other', async () => {
  const made = await create(account.owner, 'admin');
  await revoke(account.owner, made.id);
  const actor = { kind: 'api-key', id: made.id, role: 'admin' } as const;
  expect(await codeOf(create(actor, 'admin'))).toBe('unauthenticated');
});
