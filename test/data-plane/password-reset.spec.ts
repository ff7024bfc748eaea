import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { newToken } from '../../src/data-plane/access/tokens.js';
import { BackgroundWork } from '../../src/data-plane/background-work.js';
import { RequestPasswordReset } from '../../src/data-plane/passwords/request-password-reset.js';
import { CompletePasswordReset } from '../../src/data-plane/passwords/complete-password-reset.js';
import { type Account, openAccount } from './support/open-account.js';
import {
  codeOf,
  expireAll,
  invite,
  join,
  MEMBER_PASSWORD,
  requestReset,
  sessionOf,
  signIn,
} from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

const NEW_PASSWORD = 'seven lamps along the quay';

const complete = (token: string, password = NEW_PASSWORD) =>
  plane.get(CompletePasswordReset).execute({ token, password });

test('asking for a link is answered the same for anybody, before anything is looked up', () => {
  for (const email of [account.ownerEmail, 'nobody@example.com']) {
    const answer = plane.get(RequestPasswordReset).execute({ email }, '192.0.2.1');
    expect(answer).toEqual({ status: 'accepted' });
  }
  expect(plane.mailer.sent).toHaveLength(0);
  return plane.get(BackgroundWork).settled();
});

test('a reset link sets a new password once and ends all sessions', async () => {
  const { email } = await join(plane, account, 'analyst');
  const session = await sessionOf(plane, email, MEMBER_PASSWORD);
  const link = (await requestReset(plane, email)) ?? '';
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
  const link = (await requestReset(plane, email)) ?? '';
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
    expect(await requestReset(plane, email)).toBeUndefined();
  }
});

test('past the limit a reset is answered the same and nothing is sent', async () => {
  const { email } = await join(plane, account, 'analyst');
  plane.byAccount.limit = 2;
  const sent = [
    await requestReset(plane, email),
    await requestReset(plane, email),
    await requestReset(plane, email),
  ];
  plane.byAccount.limit = 1_000;
  expect(sent.map((token) => token !== undefined)).toEqual([true, true, false]);
});

test('without a mail server the link is shown where the profile shows links', async () => {
  plane.mailer.configured = false;
  await requestReset(plane, account.ownerEmail);
  plane.mailer.configured = true;
  expect(plane.shownLinks.at(-1)).toContain('/reset-password#token=');
});

test('a reset link that has expired is refused', async () => {
  const { email } = await join(plane, account, 'analyst');
  const link = (await requestReset(plane, email)) ?? '';
  await expireAll(plane, account, 'password_resets');
  expect(await codeOf(complete(link))).toBe('reset_link_invalid');
});

test('a reset token is no good in another tenant, made up or malformed', async () => {
  const other = await openAccount(plane);
  const link = (await requestReset(plane, account.ownerEmail)) ?? '';
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
