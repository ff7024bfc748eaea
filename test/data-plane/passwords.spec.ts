import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { newToken } from '../../src/data-plane/access/tokens.js';
import { BackgroundWork } from '../../src/data-plane/background-work.js';
import { ChangePassword } from '../../src/data-plane/passwords/change-password.js';
import { CompletePasswordReset } from '../../src/data-plane/passwords/complete-password-reset.js';
import { OwnerConfirmation } from '../../src/data-plane/passwords/owner-confirmation.js';
import { PasswordResetsRepository } from '../../src/data-plane/passwords/password-resets.repository.js';
import { RequestPasswordReset } from '../../src/data-plane/passwords/request-password-reset.js';
import { type Account, openAccount, OWNER_PASSWORD } from './support/open-account.js';
import { codeOf, expireAll, invite, join, MEMBER_PASSWORD, signIn } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

const NEW_PASSWORD = 'seven lamps along the quay';

async function sessionOf(email: string, password: string) {
  const token = await signIn(plane, email, password);
  const identity = await plane.get(TenantCredentials).bySession(token);
  if (identity === null) throw new Error('A fresh session should be valid.');
  return { token, ...identity };
}

/** Asks for a link and waits until all is done; the token, or undefined when none was sent. */
async function requestReset(email: string): Promise<string | undefined> {
  const before = plane.mailer.sent.length;
  const answer = plane.get(RequestPasswordReset).execute({ email }, '192.0.2.1');
  expect(answer).toEqual({ status: 'accepted' });
  await plane.get(BackgroundWork).settled();
  return plane.mailer.sent.length === before ? undefined : plane.mailer.lastToken();
}

const complete = (token: string, password = NEW_PASSWORD) =>
  plane.get(CompletePasswordReset).execute({ token, password });

test('changing the password ends all other sessions and open reset links, and keeps this one', async () => {
  const { email } = await join(plane, account, 'admin');
  const here = await sessionOf(email, MEMBER_PASSWORD);
  const elsewhere = await sessionOf(email, MEMBER_PASSWORD);
  const link = await requestReset(email);
  await plane.as(account.tenant, here.actor, () =>
    plane
      .get(ChangePassword)
      .execute({ currentPassword: MEMBER_PASSWORD, newPassword: NEW_PASSWORD }),
  );
  const credentials = plane.get(TenantCredentials);
  expect(await credentials.bySession(here.token)).not.toBeNull();
  expect(await credentials.bySession(elsewhere.token)).toBeNull();
  expect(await codeOf(complete(link ?? ''))).toBe('reset_link_invalid');
  expect(await codeOf(signIn(plane, email, MEMBER_PASSWORD))).toBe('login_failed');
  await signIn(plane, email, NEW_PASSWORD);
});

test('changing it takes a session, the current password and a good new one', async () => {
  const { email } = await join(plane, account, 'admin');
  const { actor } = await sessionOf(email, MEMBER_PASSWORD);
  const change = (currentPassword: string, newPassword: string, as = actor) =>
    codeOf(
      plane.as(account.tenant, as, () =>
        plane.get(ChangePassword).execute({ currentPassword, newPassword }),
      ),
    );
  expect(await change('not the password', NEW_PASSWORD)).toBe('current_password_wrong');
  expect(await change(MEMBER_PASSWORD, 'short')).toBe('password_too_short');
  expect(await change(MEMBER_PASSWORD, 'Bluebird Coffee')).toBe('password_is_account');
  const key = { kind: 'api-key', id: account.apiKeyId, role: 'owner' } as const;
  expect(await change(MEMBER_PASSWORD, NEW_PASSWORD, key as never)).toBe('session_required');
});

test('of two changes at once with the same old password one wins', async () => {
  const { email } = await join(plane, account, 'admin');
  const { actor } = await sessionOf(email, MEMBER_PASSWORD);
  const outcomes = await Promise.allSettled(
    [`${NEW_PASSWORD} one`, `${NEW_PASSWORD} two`].map((newPassword) =>
      plane.as(account.tenant, actor, () =>
        plane.get(ChangePassword).execute({ currentPassword: MEMBER_PASSWORD, newPassword }),
      ),
    ),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('no session opened with the old password outlives a change made at the same moment', async () => {
  const { email } = await join(plane, account, 'admin');
  const { actor } = await sessionOf(email, MEMBER_PASSWORD);
  const resets = plane.get(PasswordResetsRepository);
  const forgetAll = resets.forgetAll.bind(resets);
  let late: Promise<string> | undefined;
  // The change has ended all sessions and not yet committed: somebody signs in right then.
  const spy = jest.spyOn(resets, 'forgetAll').mockImplementationOnce(async (tx, memberId) => {
    late = codeOf(signIn(plane, email, MEMBER_PASSWORD));
    await setTimeout(200);
    return forgetAll(tx, memberId);
  });
  await plane.as(account.tenant, actor, () =>
    plane
      .get(ChangePassword)
      .execute({ currentPassword: MEMBER_PASSWORD, newPassword: NEW_PASSWORD }),
  );
  expect(await late).toBe('login_failed');
  spy.mockRestore();
});

test('a reset link sets a new password once and ends all sessions', async () => {
  const { email } = await join(plane, account, 'analyst');
  const session = await sessionOf(email, MEMBER_PASSWORD);
  const link = (await requestReset(email)) ?? '';
  expect(plane.mailer.sent.at(-1)).toMatchObject({ to: email });
  expect(plane.mailer.sent.at(-1)?.text).toContain('https://numoon.test/reset-password#token=');
  // A refused password leaves the link good.
  expect(await codeOf(complete(link, 'short'))).toBe('password_too_short');
  await complete(link);
  expect(await plane.get(TenantCredentials).bySession(session.token)).toBeNull();
  await signIn(plane, email, NEW_PASSWORD);
  expect(await codeOf(complete(link))).toBe('reset_link_invalid');
});

test('a reset link used many times at once works once', async () => {
  const { email } = await join(plane, account, 'analyst');
  const link = (await requestReset(email)) ?? '';
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, (_, i) => complete(link, `${NEW_PASSWORD} ${i}`)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('reset_link_invalid');
  }
});

test('nothing is sent to strangers, the invited and members of a suspended account', async () => {
  const invited = await invite(plane, account, 'analyst');
  await plane.signIns.add(invited.email, account.tenant.id);
  const suspended = await openAccount(plane);
  plane.directory.move(suspended.tenant.id, 'suspended');
  for (const email of ['nobody@example.com', invited.email, suspended.ownerEmail]) {
    expect(await requestReset(email)).toBeUndefined();
  }
});

test('past the limit a reset is answered the same and nothing is sent', async () => {
  const { email } = await join(plane, account, 'analyst');
  plane.byAccount.limit = 2;
  const sent = [await requestReset(email), await requestReset(email), await requestReset(email)];
  plane.byAccount.limit = 1_000;
  expect(sent.map((token) => token !== undefined)).toEqual([true, true, false]);
});

test('without a mail server the link is shown where the profile shows links', async () => {
  plane.mailer.configured = false;
  await requestReset(account.ownerEmail);
  plane.mailer.configured = true;
  expect(plane.shownLinks.at(-1)).toContain('/reset-password#token=');
});

test('a reset link that has expired is refused', async () => {
  const { email } = await join(plane, account, 'analyst');
  const link = (await requestReset(email)) ?? '';
  await expireAll(plane, account, 'password_resets');
  expect(await codeOf(complete(link))).toBe('reset_link_invalid');
});

test('a reset token is no good in another tenant, made up or malformed', async () => {
  const other = await openAccount(plane);
  const link = (await requestReset(account.ownerEmail)) ?? '';
  const hashes = plane.hasher.calls.hash;
  for (const token of [
    `${other.tenant.id.slice(4)}${link.slice(20)}`,
    newToken(account.tenant.id),
    newToken('tnt_aaaaaaaaaaaaaaaaaaaa'),
    'nonsense',
  ]) {
    expect(await codeOf(complete(token))).toBe('reset_link_invalid');
  }
  expect(plane.hasher.calls.hash).toBe(hashes);
});

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
