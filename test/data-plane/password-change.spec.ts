import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { PasswordResets } from '../../src/data-plane/access/single-use-links.repository.js';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { ChangePassword } from '../../src/data-plane/passwords/change-password.js';
import { CompletePasswordReset } from '../../src/data-plane/passwords/complete-password-reset.js';
import { type Account, openAccount } from './support/open-account.js';
import {
  codeOf,
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

test('changing the password ends all other sessions and open reset links, and keeps this one', async () => {
  const { email } = await join(plane, account, 'admin');
  const here = await sessionOf(plane, email, MEMBER_PASSWORD);
  const elsewhere = await sessionOf(plane, email, MEMBER_PASSWORD);
  const link = await requestReset(plane, email);
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
  const { actor } = await sessionOf(plane, email, MEMBER_PASSWORD);
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
  const { actor } = await sessionOf(plane, email, MEMBER_PASSWORD);
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
  const { actor } = await sessionOf(plane, email, MEMBER_PASSWORD);
  const resets = plane.get(PasswordResets);
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
