import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AccountsRepository } from '../../src/data-plane/access/accounts.repository.js';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { CreateApiKey } from '../../src/data-plane/api-keys/create-api-key.js';
import { RevokeApiKey } from '../../src/data-plane/api-keys/revoke-api-key.js';
import { ReadAuditLog } from '../../src/data-plane/audit/read-audit-log.js';
import { ChangeMember } from '../../src/data-plane/members/change-member.js';
import { InviteMember } from '../../src/data-plane/members/invite-member.js';
import { ListMembers } from '../../src/data-plane/members/list-members.js';
import { RemoveMember } from '../../src/data-plane/members/remove-member.js';
import { ChangeOrganization } from '../../src/data-plane/organization/change-organization.js';
import { ReadOrganization } from '../../src/data-plane/organization/read-organization.js';
import { ChangePassword } from '../../src/data-plane/passwords/change-password.js';
import { CompletePasswordReset } from '../../src/data-plane/passwords/complete-password-reset.js';
import { Scanner } from '../support/canaries/scanner.js';
import { backstage, readEveryCell } from './support/backstage.js';
import { type Account, openAccount } from './support/open-account.js';
import { join, MEMBER_PASSWORD, requestReset, signIn } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;
/** Everything that somebody said, and what was made of it. */
const said = ['Ada Lovelace', 'Bluebird Coffee'];

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
  await useEverything();
});
afterAll(() => plane.close());

const inside = <T>(work: () => Promise<T>) => plane.as(account.tenant, account.owner, work);

/** A life of the account in which every use case writes what it writes. */
async function useEverything(): Promise<void> {
  const person = await join(plane, account, 'admin');
  const leaving = await join(plane, account, 'analyst');
  await inside(async () => {
    const invited = { email: 'canary.invited@example.com', role: 'analyst' } as const;
    await plane.get(InviteMember).execute({ ...invited, name: 'Canary Invited' });
    const { key } = await plane
      .get(CreateApiKey)
      .execute({ name: 'Canary of the nightly report', role: 'admin' });
    const short = await plane.get(CreateApiKey).execute({ name: 'Canary, ended', role: 'analyst' });
    await plane.get(RevokeApiKey).execute(short.id);
    await plane
      .get(ChangeOrganization)
      .execute({ name: 'Canary Roasters', slug: 'canary-roasters' });
    await plane.get(ChangeMember).execute(person.id, 'analyst');
    await plane.get(RemoveMember).execute(leaving.id);
    said.push(invited.email, 'Canary Invited', 'Canary of the nightly report', key);
  });
  await changePasswords(person.email);
  said.push(account.ownerEmail, person.email, leaving.email, 'Grace Hopper', 'canary.invited');
  said.push('Canary Roasters', 'canary-roasters', MEMBER_PASSWORD, account.apiKey);
  for (const id of [account.ownerId, person.id]) {
    const member = await inside(() => plane.get(AccountsRepository).byId(id));
    said.push(member?.passwordHash ?? '');
  }
  const { items } = await inside(() => plane.get(ReadAuditLog).execute({ limit: 200 }));
  const details = items.map((event) => JSON.stringify(event.details)).filter((it) => it !== '{}');
  said.push(...new Set(details), '"keysRevoked"', '$argon2id$v=19');
}

async function changePasswords(email: string): Promise<void> {
  const token = await signIn(plane, email, MEMBER_PASSWORD);
  const { actor } = (await plane.get(TenantCredentials).bySession(token)) ?? {};
  const [changed, reset] = ['canary of a password', 'canary after a reset'];
  const change = { currentPassword: MEMBER_PASSWORD, newPassword: changed };
  await plane.as(account.tenant, actor ?? account.owner, () =>
    plane.get(ChangePassword).execute(change),
  );
  const link = (await requestReset(plane, email)) ?? '';
  await plane.get(CompletePasswordReset).execute({ token: link, password: reset });
  said.push(token, link, changed, reset);
}

test('nothing that anybody said can be read in any cell of any table', async () => {
  const cells = await readEveryCell(account);
  const everything = Buffer.concat(cells.flatMap((cell) => [cell, Buffer.of(0)]));
  expect(new Scanner(said).scanBytes(everything, 'the cells')).toEqual([]);
  expect(everything.includes('First key')).toBe(false);
  expect(everything.includes(Buffer.from('First key').toString('hex'))).toBe(false);
  // What is plain on purpose is found: these are the cells, and the search reads them.
  const ids = new Scanner([account.ownerId, 'organization.changed']);
  const found = ids.scanBytes(everything, 'the cells').map(({ canary }) => canary);
  expect(new Set(found)).toEqual(new Set([account.ownerId, 'organization.changed']));
});

test('the same search finds each of them where it is not sealed', async () => {
  const other = await openAccount(plane);
  await backstage(other, async (client) => {
    await client.query('CREATE TABLE planted (as_text text, as_bytes bytea)');
    for (const text of said) {
      await client.query('INSERT INTO planted VALUES ($1, $2)', [text, Buffer.from(text)]);
    }
  });
  const cells = await readEveryCell(other);
  const scanner = new Scanner(said);
  const hits = cells.flatMap((cell) => scanner.scanBytes(cell, 'a cell'));
  const found = new Set(hits.map(({ canary, form }) => `${form} ${canary}`));
  for (const text of said) {
    expect(found).toContain(`plain ${text}`);
    expect(found).toContain(`hex ${text}`);
  }
});

test('to its own people all of it is readable', async () => {
  const tenant = await inside(() => plane.get(ReadOrganization).execute());
  expect(tenant).toMatchObject({ name: 'Canary Roasters', slug: 'canary-roasters' });
  const { items } = await inside(() => plane.get(ListMembers).execute({ limit: 50 }));
  expect(items.map(({ name, email }) => [name, email])).toEqual([
    ['Ada Lovelace', account.ownerEmail],
    ['Grace Hopper', expect.stringMatching(/^p-\w+@example\.com$/)],
    ['Canary Invited', 'canary.invited@example.com'],
  ]);
});
