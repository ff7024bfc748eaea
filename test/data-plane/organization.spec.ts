import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ReadAuditLog } from '../../src/data-plane/audit/read-audit-log.js';
import { ChangeOrganization } from '../../src/data-plane/organization/change-organization.js';
import type { ChangeTenantBody } from '../../src/data-plane/organization/organization.dto.js';
import { ReadOrganization } from '../../src/data-plane/organization/read-organization.js';
import { type Account, openAccount } from './support/open-account.js';
import { codeOf } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
});
beforeEach(async () => {
  plane.slugs.before = () => undefined;
  account = await openAccount(plane);
});
afterAll(() => plane.close());

const change = (body: ChangeTenantBody) =>
  plane.as(account.tenant, account.owner, () => plane.get(ChangeOrganization).execute(body));
const read = () =>
  plane.as(account.tenant, account.owner, () => plane.get(ReadOrganization).execute());
const slugs = () =>
  [...plane.slugs.owners].filter(([, id]) => id === account.tenant.id).map(([slug]) => slug);

test('name and slug change, together or alone, and the log says which', async () => {
  await change({ name: 'Bluebird Roasters' });
  const slug = 'bluebird-roasters';
  await change({ slug });
  expect(await read()).toMatchObject({ name: 'Bluebird Roasters', slug });
  expect(slugs()).toEqual([slug]);
  await change({});
  await change({ slug, name: 'Bluebird Roasters' });
  const { items } = await plane.as(account.tenant, account.owner, () =>
    plane.get(ReadAuditLog).execute({ limit: 10 }),
  );
  const changes = items.filter(({ action }) => action === 'organization.changed');
  expect(changes.map(({ details }) => details)).toEqual([
    { fields: ['slug'] },
    { fields: ['name'] },
  ]);
});

test('a slug of another tenant is taken, and nothing changes', async () => {
  const before = await read();
  const other = await openAccount(plane);
  const theirs = [...plane.slugs.owners].find(([, id]) => id === other.tenant.id)?.[0];
  expect(await codeOf(change({ name: 'New', slug: theirs }))).toBe('slug_taken');
  expect(await read()).toEqual(before);
});

test.each(['claim', 'keepOnly'] as const)(
  'a crash before %s leaves a slug that leads here, and the next change heals',
  async (where) => {
    plane.slugs.before = (step) => {
      if (step === where) throw new Error('crash');
    };
    await expect(
      change({ slug: `crashed-${where.toLowerCase()}-${account.ownerId.slice(4, 10)}` }),
    ).rejects.toThrow('crash');
    expect(slugs()).toContain((await read()).slug);
    plane.slugs.before = () => undefined;
    const healed = `healed-${account.ownerId.slice(4, 12)}`;
    await change({ slug: healed });
    expect((await read()).slug).toBe(healed);
    expect(slugs()).toEqual([healed]);
  },
);

test('the same change again frees what a crash left', async () => {
  plane.slugs.before = (step) => {
    if (step === 'keepOnly') throw new Error('crash');
  };
  const slug = `again-${account.ownerId.slice(4, 12)}`;
  await expect(change({ slug })).rejects.toThrow('crash');
  plane.slugs.before = () => undefined;
  await change({ slug });
  expect(slugs()).toEqual([slug]);
});

test('of many changes at once the slug that is named last is the one that leads here', async () => {
  const base = account.ownerId.slice(4, 12);
  let calls = 0;
  plane.slugs.before = async (step) => {
    // Longest for whoever comes first, so that the others could overtake if they may.
    if (step === 'keepOnly') await setTimeout(120 / (calls += 1));
  };
  await Promise.all([1, 2, 3, 4].map((n) => change({ slug: `many-${base}-${n}` })));
  expect(slugs()).toEqual([(await read()).slug]);
});
