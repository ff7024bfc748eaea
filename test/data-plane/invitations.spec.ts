import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newToken } from '../../src/data-plane/access/tokens.js';
import { ReadAuditLog } from '../../src/data-plane/audit/read-audit-log.js';
import { AcceptInvitation } from '../../src/data-plane/members/accept-invitation.js';
import { InviteMember } from '../../src/data-plane/members/invite-member.js';
import { ListMembers } from '../../src/data-plane/members/list-members.js';
import { RemoveMember } from '../../src/data-plane/members/remove-member.js';
import { type Account, openAccount } from './support/open-account.js';
import { codeOf, expireAll, invite, join, MEMBER_PASSWORD, signIn } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

const accept = (token: string, name = 'Grace Hopper', password = MEMBER_PASSWORD) =>
  plane.get(AcceptInvitation).execute({ token, name, password });

test('whoever holds the link joins with the role of the invitation and can sign in', async () => {
  const { id, email, token } = await invite(plane, account, 'analyst');
  const joined = await accept(token);
  expect(joined.tenant.id).toBe(account.tenant.id);
  expect(joined.member).toMatchObject({
    id,
    email,
    name: 'Grace Hopper',
    role: 'analyst',
    status: 'active',
  });
  await signIn(plane, email, MEMBER_PASSWORD);
});

test('a link used many times at once works once', async () => {
  const { email, token } = await invite(plane, account, 'analyst');
  const outcomes = await Promise.allSettled(
    Array.from({ length: 6 }, (_, i) => accept(token, `Person ${i}`, `${MEMBER_PASSWORD} ${i}`)),
  );
  const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('invitation_invalid');
  }
  await signIn(plane, email, `${MEMBER_PASSWORD} ${winner}`);
});

test('inviting again gives a new link, voids the old one and keeps the member', async () => {
  const first = await invite(plane, account, 'analyst');
  const second = await invite(plane, account, 'admin', first.email);
  expect(second.id).toBe(first.id);
  expect(await codeOf(accept(first.token))).toBe('invitation_invalid');
  expect((await accept(second.token)).member.role).toBe('admin');
});

test('accepting while being invited again neither deadlocks nor lets two links work', async () => {
  for (let i = 0; i < 5; i += 1) {
    const { email, token } = await invite(plane, account, 'analyst');
    const outcomes = await Promise.allSettled([
      accept(token),
      plane.as(account.tenant, account.owner, () =>
        plane.get(InviteMember).execute({ email, role: 'admin' }),
      ),
    ]);
    const codes = outcomes.flatMap((it) => (it.status === 'rejected' ? [it.reason.code] : []));
    expect([['member_exists'], ['invitation_invalid']]).toContainEqual(codes);
  }
});

test('the same address invited twice at once is one member', async () => {
  const email = 'twice@example.com';
  const both = await Promise.all(
    ['analyst', 'analyst'].map(() =>
      plane.as(account.tenant, account.owner, () =>
        plane.get(InviteMember).execute({ email, role: 'analyst' }),
      ),
    ),
  );
  expect(both[0]?.id).toBe(both[1]?.id);
});

test('somebody who has joined is not invited again', async () => {
  const { email } = await join(plane, account, 'analyst');
  const call = plane.as(account.tenant, account.owner, () =>
    plane.get(InviteMember).execute({ email, role: 'owner' }),
  );
  expect(await codeOf(call)).toBe('member_exists');
});

test('without a mail server the inviter gets the link, with one nobody but the invited does', async () => {
  const call = (email: string) =>
    plane.as(account.tenant, account.owner, () =>
      plane.get(InviteMember).execute({ email, role: 'analyst' }),
    );
  plane.mailer.configured = false;
  const shown = await call('no-mail@example.com');
  plane.mailer.configured = true;
  expect(shown.status).toBe('invited');
  const [page, token] = shown.invitation.link?.split('#token=') ?? [];
  expect(page).toBe('https://numoon.test/join');
  const mailed = await call('mail@example.com');
  expect(mailed.invitation).toEqual({ expiresAt: expect.any(Date) });
  expect(plane.mailer.sent.at(-1)).toMatchObject({ to: 'mail@example.com' });
  await accept(token ?? '');
});

test('a token of another tenant, made up, malformed, withdrawn or expired is refused at no cost', async () => {
  const other = await openAccount(plane);
  const { token } = await invite(plane, account, 'analyst');
  const withdrawn = await invite(plane, account, 'analyst');
  await plane.as(account.tenant, account.owner, () =>
    plane.get(RemoveMember).execute(withdrawn.id),
  );
  const hashes = plane.hasher.calls.hash;
  for (const bad of [
    `${other.tenant.id.slice(4)}${token.slice(20)}`,
    newToken(account.tenant.id),
    newToken('tnt_aaaaaaaaaaaaaaaaaaaa'),
    'nonsense',
    withdrawn.token,
  ]) {
    expect(await codeOf(accept(bad))).toBe('invitation_invalid');
  }
  await expireAll(plane, account, 'invitations');
  expect(await codeOf(accept(token))).toBe('invitation_invalid');
  expect(plane.hasher.calls.hash).toBe(hashes);
});

test('a password the policy refuses leaves the link good', async () => {
  const { token, email } = await invite(plane, account, 'analyst');
  expect(await codeOf(accept(token, 'Grace', email))).toBe('password_is_account');
  await accept(token);
});

test('when the sign-in directory fails nobody has joined and the link still works', async () => {
  const { id, token } = await invite(plane, account, 'analyst');
  const add = plane.signIns.add.bind(plane.signIns);
  plane.signIns.add = () => Promise.reject(new Error('the catalog is away'));
  await expect(accept(token)).rejects.toThrow('the catalog is away');
  plane.signIns.add = add;
  const { items } = await plane.as(account.tenant, account.owner, () =>
    plane.get(ListMembers).execute({ limit: 200 }),
  );
  expect(items.find((member) => member.id === id)?.status).toBe('invited');
  await accept(token);
});

test('nobody joins an account that is suspended or closing', async () => {
  const leaving = await openAccount(plane);
  const { token } = await invite(plane, leaving, 'analyst');
  for (const status of ['suspended', 'closing'] as const) {
    plane.directory.move(leaving.tenant.id, status);
    expect(await codeOf(accept(token))).toBe('invitation_invalid');
  }
});

test('the audit log knows ids and roles of the invited, and neither address nor name', async () => {
  const fresh = await openAccount(plane);
  const { id, email } = await join(plane, fresh, 'analyst');
  const { items } = await plane.as(fresh.tenant, fresh.owner, () =>
    plane.get(ReadAuditLog).execute({ limit: 50 }),
  );
  expect(items.map(({ action, targetId, actor }) => [action, targetId, actor.id])).toEqual([
    ['member.joined', id, id],
    ['member.invited', id, fresh.ownerId],
    ['account.created', fresh.tenant.id, fresh.ownerId],
  ]);
  const text = JSON.stringify(items);
  expect(text).not.toContain(email);
  expect(text).not.toContain('Hopper');
});
