import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { BackgroundWork } from '../../src/data-plane/background-work.js';
import { AcceptInvitation } from '../../src/data-plane/members/accept-invitation.js';
import { ChangePassword } from '../../src/data-plane/passwords/change-password.js';
import { CompletePasswordReset } from '../../src/data-plane/passwords/complete-password-reset.js';
import { RequestPasswordReset } from '../../src/data-plane/passwords/request-password-reset.js';
import { LogIn } from '../../src/data-plane/sign-in/log-in.js';
import { type Account, openAccount, OWNER_PASSWORD } from './support/open-account.js';
import {
  codeOf,
  invite,
  join,
  MEMBER_PASSWORD,
  requestReset,
  sessionOf,
} from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

const OWNERS = '198.51.100.7';
const STRANGERS = '203.0.113.9';
const NEW_PASSWORD = 'seven lamps along the quay';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

beforeEach(() => {
  for (const limiter of [plane.byAccount, plane.byAddress, plane.everywhere])
    limiter.counts.clear();
  plane.byAccount.limit = 10;
  plane.byAddress.limit = 100;
  plane.everywhere.limit = 30;
});

const logIn = (
  password: string,
  from: string,
  browser: string | null = null,
  email = account.ownerEmail,
) => plane.get(LogIn).execute({ email, password }, from, browser);

/** Wrong passwords, all at once: what answers took is not what this is about. */
const guess = async (times: number, from: (n: number) => string, browser: string | null = null) =>
  (
    await Promise.all(
      Array.from({ length: times }, (_, n) =>
        codeOf(logIn(`guess ${n} of many`, from(n), browser)),
      ),
    )
  ).toSorted();

/** From so many networks that the guesses of all unknown browsers are used up. */
const useUpEverywhere = () => guess(40, (n) => `203.0.113.${n}`);

test('eleven wrong passwords of a stranger keep the stranger out, and nobody else', async () => {
  const codes = await guess(11, () => STRANGERS);
  expect(codes).toEqual([...Array(10).fill('login_failed'), 'login_throttled']);
  expect(await codeOf(logIn(OWNER_PASSWORD, STRANGERS))).toBe('login_throttled');
  expect((await logIn(OWNER_PASSWORD, OWNERS)).answer.member.email).toBe(account.ownerEmail);
});

test('many networks together are bounded, and then a known browser still gets in', async () => {
  const { browser } = await logIn(OWNER_PASSWORD, OWNERS);
  const codes = await useUpEverywhere();
  expect(codes.filter((code) => code === 'login_failed')).toHaveLength(30);
  expect(await codeOf(logIn(OWNER_PASSWORD, OWNERS))).toBe('login_throttled');
  expect((await logIn(OWNER_PASSWORD, OWNERS, browser)).answer.member.id).toBe(account.ownerId);
  // Also from the very network that the guesses come from.
  expect((await logIn(OWNER_PASSWORD, '203.0.113.1', browser)).browser).toMatch(/\./);
});

test('a known browser has a budget of its own, and no more than that', async () => {
  const { browser } = await logIn(OWNER_PASSWORD, OWNERS);
  await useUpEverywhere();
  const codes = await guess(14, () => OWNERS, browser);
  expect(codes.filter((code) => code === 'login_failed')).toHaveLength(10);
  expect(await codeOf(logIn(OWNER_PASSWORD, OWNERS, browser))).toBe('login_throttled');
});

test('marks of two browsers have one budget: signing in often gives no more guesses', async () => {
  const one = (await logIn(OWNER_PASSWORD, OWNERS)).browser;
  const two = (await logIn(OWNER_PASSWORD, OWNERS)).browser;
  await useUpEverywhere();
  await guess(10, () => OWNERS, one);
  expect(await codeOf(logIn('guess the eleventh', OWNERS, two))).toBe('login_throttled');
});

test('a mark is no good for another member, another address, another tenant, or changed', async () => {
  const other = await openAccount(plane);
  const mark = (await logIn(OWNER_PASSWORD, OWNERS)).browser;
  const foreign = (await logIn(OWNER_PASSWORD, OWNERS, null, other.ownerEmail)).browser;
  await useUpEverywhere();
  const [word, member, version, until, seal] = mark.split('.') as [
    string,
    string,
    string,
    string,
    string,
  ];
  const swapped = seal.startsWith('A') ? `B${seal.slice(1)}` : `A${seal.slice(1)}`;
  for (const bad of [
    foreign,
    [other.tenant.id.slice(4), member, version, until, seal].join('.'),
    [word, other.ownerId, version, until, seal].join('.'),
    [word, member, Number(version) + 1, until, seal].join('.'),
    [word, member, version, Number(until) + 1, seal].join('.'),
    [word, member, version, 1, seal].join('.'),
    [word, member, version, until, swapped].join('.'),
    [word, member, version, until, ''].join('.'),
    `${mark}x`,
    'x'.repeat(5_000),
    '',
  ]) {
    expect(await codeOf(logIn(OWNER_PASSWORD, OWNERS, bad))).toBe('login_throttled');
  }
});

test('whoever takes the address elsewhere has no guesses at its owner by it', async () => {
  const mallorys = await openAccount(plane);
  const victim = await join(plane, account, 'admin');
  const password = 'a password that mallory knows';
  const { token } = await invite(plane, mallorys, 'admin', victim.email);
  await plane.get(AcceptInvitation).execute({ token, name: 'M', password });
  const mark = (await logIn(password, STRANGERS, null, victim.email)).browser;
  expect(mark.slice(0, 20)).toBe(mallorys.tenant.id.slice(4));
  plane.everywhere.limit = 0;
  // The right password of the victim, and the mark is looked at: it is compared with mallory's alone.
  const before = plane.hasher.calls.verify;
  const guessed = codeOf(logIn(MEMBER_PASSWORD, STRANGERS, mark, victim.email));
  expect(await guessed).toBe('login_failed');
  expect(plane.hasher.calls.verify - before).toBe(1);
});

test('a mark ends with the password it was given for', async () => {
  const { email } = await join(plane, account, 'admin');
  const { browser } = await logIn(MEMBER_PASSWORD, OWNERS, null, email);
  const { actor } = await sessionOf(plane, email, MEMBER_PASSWORD);
  await plane.as(account.tenant, actor, () =>
    plane
      .get(ChangePassword)
      .execute({ currentPassword: MEMBER_PASSWORD, newPassword: NEW_PASSWORD }),
  );
  plane.everywhere.limit = 0;
  expect(await codeOf(logIn(NEW_PASSWORD, OWNERS, browser, email))).toBe('login_throttled');
});

test('strangers’ guesses keep no member from changing the password', async () => {
  const { email } = await join(plane, account, 'admin');
  const { actor } = await sessionOf(plane, email, MEMBER_PASSWORD);
  plane.everywhere.limit = 0;
  for (let n = 0; n < 20; n += 1) await plane.byAccount.consume(`password ${email}`);
  await plane.as(account.tenant, actor, () =>
    plane
      .get(ChangePassword)
      .execute({ currentPassword: MEMBER_PASSWORD, newPassword: NEW_PASSWORD }),
  );
});

test('an owner who is kept out everywhere comes in by a reset, also while strangers ask for them', async () => {
  const { email } = await join(plane, account, 'owner');
  // They use up what may be asked for; the last link that came is good for longer than that lasts.
  let last: string | undefined;
  for (let n = 0; n < 15; n += 1) last = (await requestReset(plane, email)) ?? last;
  plane.everywhere.limit = 0;
  expect(await codeOf(logIn(MEMBER_PASSWORD, OWNERS, null, email))).toBe('login_throttled');
  const done = await plane
    .get(CompletePasswordReset)
    .execute({ token: last ?? '', password: NEW_PASSWORD });
  expect(done.answer.organization.name).toBe('Bluebird Coffee');
  expect((await logIn(NEW_PASSWORD, OWNERS, done.browser, email)).answer.member.email).toBe(email);
});

test('what is asked for is answered alike and sent to nobody but members', async () => {
  for (const email of [account.ownerEmail, 'nobody@example.com']) {
    expect(plane.get(RequestPasswordReset).execute({ email }, OWNERS)).toEqual({
      status: 'accepted',
    });
  }
  await plane.get(BackgroundWork).settled();
});
