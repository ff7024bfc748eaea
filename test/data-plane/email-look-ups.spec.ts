import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AccountsRepository } from '../../src/data-plane/access/accounts.repository.js';
import { AcceptInvitation } from '../../src/data-plane/members/accept-invitation.js';
import { InviteMember } from '../../src/data-plane/members/invite-member.js';
import { ListMembers } from '../../src/data-plane/members/list-members.js';
import { addressHash, sealPerson } from '../../src/data-plane/members/sealed-person.js';
import { newId } from '../../src/kernel/ids.js';
import { TenantKeys } from '../../src/tenancy/keys/tenant-keys.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Account, openAccount } from './support/open-account.js';
import { join, MEMBER_PASSWORD, signIn } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

const inside = <T>(work: () => Promise<T>) => plane.as(account.tenant, account.owner, work);
const invite = (email: string, name?: string) =>
  inside(() =>
    plane
      .get(InviteMember)
      .execute(name === undefined ? { email, role: 'analyst' } : { email, role: 'analyst', name }),
  );
const list = () => inside(() => plane.get(ListMembers).execute({ limit: 200 }));

test('one address in two cases is one member, whose address is kept in lower case', async () => {
  const first = await invite('Grace.Hopper@Example.com');
  const second = await invite('gRACE.hOPPER@eXAMPLE.COM');
  expect(second.id).toBe(first.id);
  expect([first.email, second.email]).toEqual(Array(2).fill('grace.hopper@example.com'));
});

test('the database refuses a second row with the address in another case', async () => {
  const { email } = await join(plane, account, 'analyst');
  const id = newId('mbr');
  const adding = inside(async () => {
    const person = { id, name: 'Somebody Else', email: email.toUpperCase() };
    const sealed = await plane.get(TenantKeys).seal((cipher) => sealPerson(cipher, person));
    await plane.get(TenantDatabase).query({
      text: `INSERT INTO members (id, name, email, email_hash, role)
        VALUES ($1, $2, $3, $4, 'analyst')`,
      values: [id, sealed.name, sealed.email, sealed.emailHash],
    });
  });
  await expect(adding).rejects.toMatchObject({ code: '23505' });
});

test('an address finds its member after the name has changed, twice', async () => {
  const email = 'renamed@example.com';
  const { id } = await invite(email, 'First Name');
  expect((await invite(email, 'Second Name')).name).toBe('Second Name');
  const token = plane.mailer.lastToken();
  const password = MEMBER_PASSWORD;
  await plane.get(AcceptInvitation).execute({ token, name: 'Third Name', password });
  const found = await inside(() => plane.get(AccountsRepository).byEmail('Renamed@Example.com'));
  expect(found).toMatchObject([{ id, email, name: 'Third Name', passwordVersion: 1 }]);
  await signIn(plane, email, password);
});

test('an address invited many times at once is one member, who can be read', async () => {
  const email = 'many@example.com';
  const invited = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      invite(n % 2 === 0 ? email : email.toUpperCase(), `N ${n}`),
    ),
  );
  expect(new Set(invited.map(({ id }) => id)).size).toBe(1);
  const members = (await list()).items.filter((member) => member.email === email);
  expect(members).toHaveLength(1);
  expect(members[0]?.name).toMatch(/^N \d$/);
});

test('one address in two tenants has two hashes, so nobody sees that it is one person', async () => {
  const other = await openAccount(plane);
  const hashes = await Promise.all(
    [account, other].map((it) =>
      plane.as(it.tenant, it.owner, () =>
        plane
          .get(TenantKeys)
          .open((cipher) => addressHash(cipher, 'both@example.com').toString('hex')),
      ),
    ),
  );
  expect(new Set(hashes).size).toBe(2);
});
