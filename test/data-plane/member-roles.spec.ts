import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { CreateApiKey } from '../../src/data-plane/api-keys/create-api-key.js';
import { ChangeMember } from '../../src/data-plane/members/change-member.js';
import { InviteMember } from '../../src/data-plane/members/invite-member.js';
import { MembersRepository } from '../../src/data-plane/members/members.repository.js';
import { RemoveMember } from '../../src/data-plane/members/remove-member.js';
import type { Actor, Role } from '../../src/tenancy/tenancy.js';
import { type Account, openAccount } from './support/open-account.js';
import { codeOf, invite, join, MEMBER_PASSWORD, signIn } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

const remove = (actor: Actor, id: string, of = account) =>
  plane.as(of.tenant, actor, () => plane.get(RemoveMember).execute(id));
const change = (actor: Actor, id: string, role: Role, of = account) =>
  plane.as(of.tenant, actor, () => plane.get(ChangeMember).execute(id, role));
const inviteAs = (actor: Actor, email: string, role: Role) =>
  plane.as(account.tenant, actor, () => plane.get(InviteMember).execute({ email, role }));

test('of two owners who go at once, by any way, one stays', async () => {
  const members = plane.get(MembersRepository);
  const lock = members.lock.bind(members);
  // Both have looked at who the owners are before either goes on.
  const slow = jest.spyOn(members, 'lock').mockImplementation(async (tx, id) => {
    await setTimeout(50);
    return lock(tx, id);
  });
  for (const [first, second] of [
    [remove, remove],
    [remove, (actor: Actor, id: string, of: Account) => change(actor, id, 'analyst', of)],
    [
      (actor: Actor, id: string, of: Account) => change(actor, id, 'admin', of),
      (actor: Actor, id: string, of: Account) => change(actor, id, 'analyst', of),
    ],
  ] as const) {
    const fresh = await openAccount(plane);
    const other = await join(plane, fresh, 'owner');
    const outcomes = await Promise.allSettled([
      first(other.actor, fresh.ownerId, fresh),
      second(fresh.owner, other.id, fresh),
    ]);
    const codes = outcomes.flatMap((it) => (it.status === 'rejected' ? [it.reason.code] : []));
    expect(codes).toEqual(['last_owner']);
  }
  slow.mockRestore();
});

test('the last owner neither leaves nor steps down, and one only invited is no other owner', async () => {
  const fresh = await openAccount(plane);
  await invite(plane, fresh, 'owner');
  expect(await codeOf(remove(fresh.owner, fresh.ownerId, fresh))).toBe('last_owner');
  expect(await codeOf(change(fresh.owner, fresh.ownerId, 'admin', fresh))).toBe('last_owner');
  const second = await join(plane, fresh, 'owner');
  await change(fresh.owner, fresh.ownerId, 'admin', fresh);
  expect(await codeOf(remove(second.actor, second.id, fresh))).toBe('last_owner');
});

test('an owner who has not joined may be withdrawn or made less by an owner who has', async () => {
  const fresh = await openAccount(plane);
  const first = await invite(plane, fresh, 'owner');
  expect((await change(fresh.owner, first.id, 'analyst', fresh)).role).toBe('analyst');
  const second = await invite(plane, fresh, 'owner');
  await remove(fresh.owner, second.id, fresh);
});

test('admins invite, change and remove admins and analysts, and have no say over owners', async () => {
  const admin = await join(plane, account, 'admin');
  const analyst = await join(plane, account, 'analyst');
  const owner = await join(plane, account, 'owner');
  const invitedOwner = await invite(plane, account, 'owner');
  await inviteAs(admin.actor, 'by-admin@example.com', 'admin');
  expect((await change(admin.actor, analyst.id, 'admin')).role).toBe('admin');
  await remove(admin.actor, analyst.id);
  for (const refused of [
    () => inviteAs(admin.actor, 'new-owner@example.com', 'owner'),
    () => inviteAs(admin.actor, invitedOwner.email, 'analyst'),
    () => inviteAs(admin.actor, 'by-admin@example.com', 'owner'),
    () => change(admin.actor, admin.id, 'owner'),
    () => change(admin.actor, owner.id, 'analyst'),
    () => change(admin.actor, owner.id, 'owner'),
    () => remove(admin.actor, owner.id),
    () => remove(admin.actor, invitedOwner.id),
  ]) {
    expect(await codeOf(refused())).toBe('role_too_small');
  }
});

test('an id of another tenant is like one that never was', async () => {
  const other = await openAccount(plane);
  const theirs = await join(plane, other, 'analyst');
  for (const id of [theirs.id, other.ownerId, 'mbr_aaaaaaaaaaaaaaaaaaaa', '', 'a\u0000b', '%']) {
    expect(await codeOf(remove(account.owner, id))).toBe('member_not_found');
    expect(await codeOf(change(account.owner, id, 'admin'))).toBe('member_not_found');
  }
  await signIn(plane, theirs.email, MEMBER_PASSWORD);
});

test('with a member go the sessions, the sign-in row and the keys they made, also through keys', async () => {
  const person = await join(plane, account, 'admin');
  const token = await signIn(plane, person.email, MEMBER_PASSWORD);
  const key = await plane.as(account.tenant, person.actor, () =>
    plane.get(CreateApiKey).execute({ name: 'Theirs', role: 'admin' }),
  );
  const keyActor = { kind: 'api-key', id: key.id, role: 'admin' } as const;
  const grandchild = await plane.as(account.tenant, keyActor, () =>
    plane.get(CreateApiKey).execute({ name: 'By that key', role: 'analyst' }),
  );
  expect(grandchild.createdBy).toBe(person.id);
  const credentials = plane.get(TenantCredentials);
  expect(await credentials.byApiKey(grandchild.key)).not.toBeNull();

  await remove(account.owner, person.id);
  expect(await credentials.bySession(token)).toBeNull();
  expect(await credentials.byApiKey(key.key)).toBeNull();
  expect(await credentials.byApiKey(grandchild.key)).toBeNull();
  expect(await credentials.byApiKey(account.apiKey)).not.toBeNull();
  expect(plane.signIns.rows.some(({ email }) => email === person.email)).toBe(false);
  expect(await codeOf(signIn(plane, person.email, MEMBER_PASSWORD))).toBe('login_failed');
});

test('another role holds from the next call, and larger keys made before end with it', async () => {
  const person = await join(plane, account, 'admin');
  const token = await signIn(plane, person.email, MEMBER_PASSWORD);
  const make = (role: Role) =>
    plane.as(account.tenant, person.actor, () =>
      plane.get(CreateApiKey).execute({ name: role, role }),
    );
  const [large, small] = [await make('admin'), await make('analyst')];
  const credentials = plane.get(TenantCredentials);
  expect((await credentials.bySession(token))?.actor.role).toBe('admin');
  await change(account.owner, person.id, 'analyst');
  expect((await credentials.bySession(token))?.actor.role).toBe('analyst');
  expect(await credentials.byApiKey(large.key)).toBeNull();
  expect(await credentials.byApiKey(small.key)).not.toBeNull();
});

test('no key made while its maker is removed is left behind', async () => {
  for (let i = 0; i < 5; i += 1) {
    const person = await join(plane, account, 'admin');
    const made = Array.from({ length: 4 }, (_, n) =>
      plane.as(account.tenant, person.actor, () =>
        plane.get(CreateApiKey).execute({ name: `Key ${n}`, role: 'admin' }),
      ),
    );
    const [outcomes] = await Promise.all([
      Promise.allSettled(made),
      remove(account.owner, person.id),
    ]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('unauthenticated');
      else expect(await plane.get(TenantCredentials).byApiKey(outcome.value.key)).toBeNull();
    }
  }
});
