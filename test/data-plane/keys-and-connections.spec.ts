import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { CreateApiKey } from '../../src/data-plane/api-keys/create-api-key.js';
import { RevokeApiKey } from '../../src/data-plane/api-keys/revoke-api-key.js';
import { AcceptInvitation } from '../../src/data-plane/members/accept-invitation.js';
import { ChangeMember } from '../../src/data-plane/members/change-member.js';
import { ListMembers } from '../../src/data-plane/members/list-members.js';
import { RemoveMember } from '../../src/data-plane/members/remove-member.js';
import { ChangeOrganization } from '../../src/data-plane/organization/change-organization.js';
import { ChangePassword } from '../../src/data-plane/passwords/change-password.js';
import { CompletePasswordReset } from '../../src/data-plane/passwords/complete-password-reset.js';
import { LogOut } from '../../src/data-plane/sign-in/log-out.js';
import { WhoAmI } from '../../src/data-plane/sign-in/who-am-i.js';
import { AppError } from '../../src/kernel/app-error.js';
import { type Account, openAccount } from './support/open-account.js';
import {
  codeOf,
  invite,
  join,
  MEMBER_PASSWORD,
  type Person,
  requestReset,
  signIn,
} from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;
let person: Person;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
  person = await join(plane, account, 'admin');
});
afterAll(() => plane.close());

const inside = <T>(work: () => Promise<T>) => plane.as(account.tenant, account.owner, work);

/** What a request does that finds no key in memory; how many connections were lent at each fetch. */
async function lentAtFetches(work: () => Promise<unknown>): Promise<number[]> {
  const lent: number[] = [];
  const unwrap = plane.keyStore.unwrap.bind(plane.keyStore);
  const spy = jest.spyOn(plane.keyStore, 'unwrap').mockImplementation((tenantId, wrapped) => {
    lent.push(plane.pools.stats().leased);
    return unwrap(tenantId, wrapped);
  });
  plane.keys.drop(account.tenant.id);
  await work();
  spy.mockRestore();
  return lent;
}

const NEW_PASSWORD = 'seven lamps along the quay';

test.each<[string, () => Promise<() => Promise<unknown>>]>([
  ['inviting', async () => () => invite(plane, account, 'analyst')],
  [
    'joining',
    async () => {
      const { token } = await invite(plane, account, 'analyst');
      const body = { token, name: 'Grace Hopper', password: MEMBER_PASSWORD };
      return () => plane.get(AcceptInvitation).execute(body);
    },
  ],
  [
    'another role',
    async () => () => inside(() => plane.get(ChangeMember).execute(person.id, 'analyst')),
  ],
  [
    'a new key',
    async () => () =>
      inside(() => plane.get(CreateApiKey).execute({ name: 'Report', role: 'analyst' })),
  ],
  [
    'a new name of the organisation',
    async () => () => inside(() => plane.get(ChangeOrganization).execute({ name: 'Roasters' })),
  ],
  [
    'a new password',
    async () => {
      const body = { currentPassword: MEMBER_PASSWORD, newPassword: NEW_PASSWORD };
      return () =>
        plane.as(account.tenant, person.actor, () => plane.get(ChangePassword).execute(body));
    },
  ],
  [
    'a reset password',
    async () => {
      const token = (await requestReset(plane, person.email)) ?? '';
      return () => plane.get(CompletePasswordReset).execute({ token, password: MEMBER_PASSWORD });
    },
  ],
  [
    'removing',
    async () => {
      const { id } = await join(plane, account, 'analyst');
      return () => inside(() => plane.get(RemoveMember).execute(id));
    },
  ],
])('%s fetches its keys while it holds no connection', async (_, prepare) => {
  const lent = await lentAtFetches(await prepare());
  expect(lent.length).toBeGreaterThan(0);
  expect(lent.every((connections) => connections === 0)).toBe(true);
});

test('with a key in memory nobody asks the key store', async () => {
  await inside(() => plane.keys.ready('to-seal'));
  const spy = jest.spyOn(plane.keyStore, 'unwrap');
  await inside(() => plane.get(WhoAmI).execute());
  await inside(() => plane.get(ListMembers).execute({ limit: 50 }));
  await inside(() => plane.get(CreateApiKey).execute({ name: 'Report', role: 'analyst' }));
  expect(spy).not.toHaveBeenCalled();
  spy.mockRestore();
});

test('while the key store is away reading fails by name, and access can still be taken away', async () => {
  const key = await inside(() => plane.get(CreateApiKey).execute({ name: 'X', role: 'admin' }));
  const token = await signIn(plane, person.email, MEMBER_PASSWORD);
  const credentials = plane.get(TenantCredentials);
  const session = await credentials.bySession(token);
  if (session === null) throw new Error('The session should be valid.');
  const away = jest
    .spyOn(plane.keyStore, 'unwrap')
    .mockRejectedValue(new AppError('vault_sealed', 'Vault is sealed.'));
  plane.keys.drop(account.tenant.id);
  expect(await codeOf(inside(() => plane.get(ListMembers).execute({ limit: 5 })))).toBe(
    'vault_sealed',
  );
  expect(await codeOf(inside(() => plane.get(WhoAmI).execute()))).toBe('vault_sealed');
  const creating = inside(() => plane.get(CreateApiKey).execute({ name: 'Y', role: 'admin' }));
  expect(await codeOf(creating)).toBe('vault_sealed');
  await inside(() => plane.get(RevokeApiKey).execute(key.id));
  await plane.as(account.tenant, session.actor, () => plane.get(LogOut).here());
  away.mockRestore();
  expect(await credentials.byApiKey(key.key)).toBeNull();
  expect(await credentials.bySession(token)).toBeNull();
  await inside(() => plane.get(WhoAmI).execute());
});
