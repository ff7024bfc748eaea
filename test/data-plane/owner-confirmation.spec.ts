import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OwnerConfirmation } from '../../src/data-plane/passwords/owner-confirmation.js';
import { openAccount, OWNER_PASSWORD } from './support/open-account.js';
import { codeOf, join, MEMBER_PASSWORD } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;

beforeAll(async () => {
  plane = await startDataPlane();
});
afterAll(() => plane.close());

test('an owner is confirmed by the own password, a key of an owner’s role by any owner’s', async () => {
  const fresh = await openAccount(plane);
  const second = await join(plane, fresh, 'owner');
  const admin = await join(plane, fresh, 'admin');
  const confirmation = plane.get(OwnerConfirmation);
  const confirmed = (password: string, actor: Parameters<typeof plane.as>[1]) =>
    plane.as(fresh.tenant, actor, () => confirmation.confirmOwner({ password, actor }));
  const key = { kind: 'api-key', id: fresh.apiKeyId, role: 'owner' } as const;

  expect(await confirmed(OWNER_PASSWORD, fresh.owner)).toBe(true);
  expect(await confirmed(MEMBER_PASSWORD, fresh.owner)).toBe(false);
  expect(await confirmed(MEMBER_PASSWORD, second.actor)).toBe(true);
  expect(await confirmed(MEMBER_PASSWORD, admin.actor)).toBe(false);
  expect(await confirmed(OWNER_PASSWORD, key)).toBe(true);
  expect(await confirmed(MEMBER_PASSWORD, key)).toBe(true);
  expect(await confirmed('not the password', key)).toBe(false);
  expect(await confirmed(OWNER_PASSWORD, { ...key, role: 'admin' })).toBe(false);
  expect(await confirmed(OWNER_PASSWORD, { kind: 'administrator' })).toBe(false);
});

test('wrong confirmations use up attempts, right ones do not', async () => {
  const fresh = await openAccount(plane);
  const key = { kind: 'api-key', id: fresh.apiKeyId, role: 'owner' } as const;
  const confirm = (password: string) =>
    plane.as(fresh.tenant, key, () =>
      plane.get(OwnerConfirmation).confirmOwner({ password, actor: key }),
    );
  plane.byAccount.limit = 2;
  try {
    await confirm(OWNER_PASSWORD);
    await confirm('not the password');
    await confirm('not the password');
    expect(await codeOf(confirm(OWNER_PASSWORD))).toBe('login_throttled');
  } finally {
    plane.byAccount.limit = 1_000;
  }
});
