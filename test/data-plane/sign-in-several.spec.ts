import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AcceptInvitation } from '../../src/data-plane/members/accept-invitation.js';
import { BackgroundWork } from '../../src/data-plane/background-work.js';
import { RequestPasswordReset } from '../../src/data-plane/passwords/request-password-reset.js';
import { LogIn } from '../../src/data-plane/sign-in/log-in.js';
import type { OrganizationChoiceError } from '../../src/data-plane/organization/organization-choice.error.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Account, openAccount } from './support/open-account.js';
import { codeOf, invite } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

const EMAIL = 'consultant@example.com';
const SHARED = 'a password in two of them';

let plane: DataPlane;
/** Five tenants of one address: three passwords of its own, one in two of them. */
let tenants: { account: Account; password: string; slug: string }[];

beforeAll(async () => {
  plane = await startDataPlane();
  tenants = [];
  for (const password of [
    'password number one',
    SHARED,
    SHARED,
    'password number four',
    'password number five',
  ]) {
    const account = await openAccount(plane);
    const { token } = await invite(plane, account, 'admin', EMAIL);
    await plane.get(AcceptInvitation).execute({ token, name: 'C', password });
    const slug = [...plane.signIns.slugs].find(([, id]) => id === account.tenant.id)?.[0] ?? '';
    tenants.push({ account, password, slug });
  }
  // As where no mail proves anything.
  for (const row of plane.signIns.rows) row.proved = false;
});
afterAll(() => plane.close());

const logIn = (password: string, organization?: string) =>
  plane
    .get(LogIn)
    .execute(
      { email: EMAIL, password, ...(organization === undefined ? {} : { organization }) },
      '192.0.2.1',
    );
const idsOf = async (password: string, organization?: string) =>
  (await logIn(password, organization)).answer.tenant.id;

async function choiceOf(password: string): Promise<[string, string[]]> {
  try {
    await logIn(password);
  } catch (error) {
    const { code, organizations } = error as OrganizationChoiceError;
    return [code, organizations.call(error).map(({ slug }) => slug)];
  }
  throw new Error('It was expected to ask.');
}

describe('an address in five tenants', () => {
  test('signs in to the one whose password it is', async () => {
    for (const at of [0, 3, 4]) {
      const { password, account } = tenants[at] as (typeof tenants)[number];
      expect(await idsOf(password)).toBe(account.tenant.id);
    }
  });

  test('is asked which where several have the password, and told of those alone', async () => {
    expect(await choiceOf(SHARED)).toEqual([
      'organization_ambiguous',
      [tenants[1]?.slug, tenants[2]?.slug],
    ]);
    expect(await idsOf(SHARED, tenants[2]?.slug)).toBe(tenants[2]?.account.tenant.id);
    expect(await codeOf(logIn(SHARED, tenants[0]?.slug))).toBe('login_failed');
  });

  test('costs one attempt a guess, however many hashes, and a choice costs none', async () => {
    plane.byAccount.counts.clear();
    plane.everywhere.counts.clear();
    const before = plane.hasher.calls.verify;
    expect(await codeOf(logIn('not the password'))).toBe('login_failed');
    expect(plane.hasher.calls.verify - before).toBe(5);
    await choiceOf(SHARED);
    expect([...plane.byAccount.counts.values()]).toEqual([1]);
    expect([...plane.everywhere.counts.values()]).toEqual([1]);
  });

  test('is refused in steps of half a second like one that nobody has', async () => {
    for (const email of [EMAIL, 'nobody@example.com']) {
      const startedAt = performance.now();
      const call = plane.get(LogIn).execute({ email, password: 'not the password' }, '192.0.2.1');
      expect(await codeOf(call)).toBe('login_failed');
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(500);
    }
  });

  test('is sent one mail with a link of each, which names it', async () => {
    plane.mailer.sent.length = 0;
    plane.get(RequestPasswordReset).execute({ email: EMAIL }, '192.0.2.1');
    await plane.get(BackgroundWork).settled();
    expect(plane.mailer.sent.map(({ to }) => to)).toEqual([EMAIL]);
    const text = plane.mailer.sent[0]?.text ?? '';
    for (const { slug, account } of tenants) {
      const [, token] = text.split(`"Bluebird Coffee" (${slug})`)[1]?.split('#token=') ?? [];
      expect(token?.slice(0, 20)).toBe(account.tenant.id.slice(4));
    }
  });

  test('is let in by what it proved before what it did not, without being asked', async () => {
    const [, , third] = tenants;
    plane.signIns.prove(EMAIL, third?.account.tenant.id ?? '');
    expect(await idsOf(SHARED)).toBe(third?.account.tenant.id);
    for (const row of plane.signIns.rows) row.proved = false;
  });
});

/** Whoever has its role may do this to it. */
const spoil = (account: Account) =>
  plane.as(account.tenant, account.owner, () =>
    plane.get(TenantDatabase).query({ text: 'ALTER TABLE members RENAME TO away' }),
  );
const mend = (account: Account) =>
  plane.as(account.tenant, account.owner, () =>
    plane.get(TenantDatabase).query({ text: 'ALTER TABLE away RENAME TO members' }),
  );

describe('a tenant of the address that is broken', () => {
  test('keeps nobody out of the others, and gives no guesses at them away', async () => {
    const [broken, , , fourth] = tenants.map(({ account }) => account);
    if (broken === undefined) throw new Error('There are five.');
    await spoil(broken);
    try {
      expect(await idsOf('password number four')).toBe(fourth?.tenant.id);
      plane.byAccount.counts.clear();
      expect(await codeOf(logIn('not the password'))).toBe('login_failed');
      expect([...plane.byAccount.counts.values()]).toEqual([1]);
      plane.mailer.sent.length = 0;
      plane.get(RequestPasswordReset).execute({ email: EMAIL }, '192.0.2.1');
      await plane.get(BackgroundWork).settled();
      expect(plane.mailer.sent[0]?.text.split('#token=')).toHaveLength(5);
    } finally {
      await mend(broken);
    }
  });

  test('is told by name, since then nothing was compared', async () => {
    const [broken] = tenants;
    if (broken === undefined) throw new Error('There are five.');
    await spoil(broken.account);
    try {
      plane.byAccount.counts.clear();
      await expect(logIn(broken.password, broken.slug)).rejects.toMatchObject({ code: '42P01' });
      expect([...plane.byAccount.counts.values()]).toEqual([0]);
    } finally {
      await mend(broken.account);
    }
  });
});
