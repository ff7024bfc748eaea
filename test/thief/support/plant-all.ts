import { RotateKeys } from '../../../src/control-plane/keys/rotate-keys.js';
import { closeAtOnce, rename, signUpSome, type Account } from './accounts.js';
import type { Canaries } from './canaries.js';
import { inParallel } from './in-parallel.js';
import type { OwnNuMoon } from './own-numoon.js';
import { plantKeys, plantPeople } from './people.js';
import { plantRefusals } from './refusals.js';
import { plantSignIns } from './sign-ins.js';

/** How much of each; the password hashes of signups and sign-ins are what costs time. */
export interface Amounts {
  /** Accounts of each isolation, at least three. */
  accounts: number;
  people: number;
  keys: number;
  renamings: number;
  refusals: number;
  wrongSignIns: number;
}

/**
 * Everything people can say to NuMoon, said through its API. Of each isolation the first account is
 * closed in the end, with all that it holds, and the second gets new keys.
 */
export async function plantAll(
  numoon: OwnNuMoon,
  canaries: Canaries,
  amounts: Amounts,
): Promise<Account[]> {
  const { client } = numoon;
  const accounts = await signUpSome(client, canaries, amounts.accounts);
  const joined = await plantPeople(client, canaries, accounts, amounts.people);
  await plantKeys(client, canaries, accounts, amounts.keys);
  // The last one keeps the name it was given first.
  await inParallel(accounts.length - 1, (index) =>
    rename(client, canaries, accounts[index] as Account, amounts.renamings),
  );
  await plantRefusals(client, canaries, accounts, joined, amounts.refusals);
  await plantSignIns(numoon, canaries, accounts, amounts.wrongSignIns);
  await readEverything(numoon, accounts);
  const ofEach = [accounts.slice(0, 2), accounts.slice(2, 4)];
  const [closed, rotated] = ofEach as [Account[], Account[]];
  await inParallel(rotated.length, (index) => rotate(numoon, rotated[index] as Account));
  await inParallel(closed.length, (index) => closeAtOnce(client, closed[index] as Account));
  return accounts.filter((account) => !closed.includes(account));
}

async function readEverything(
  { client, adminToken }: OwnNuMoon,
  accounts: readonly Account[],
): Promise<void> {
  await inParallel(accounts.length, async (index) => {
    const { id, key } = accounts[index] as Account;
    for (const path of ['me', 'tenant', 'members?limit=200', 'api-keys?limit=200', 'audit-log']) {
      await client.expect(200, { method: 'GET', path: `/v1/${path}`, key });
    }
    await client.expect(200, { method: 'GET', path: `/admin/tenants/${id}`, key: adminToken });
  });
}

async function rotate({ app }: OwnNuMoon, { id }: Account): Promise<void> {
  const rotation = app.app.get(RotateKeys, { strict: false });
  const { tenancy } = app.foundation;
  await tenancy.central(() => rotation.execute(id));
}
