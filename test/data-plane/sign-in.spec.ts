import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { AccountsRepository } from '../../src/data-plane/access/accounts.repository.js';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { ReadAuditLog } from '../../src/data-plane/audit/read-audit-log.js';
import { LogIn } from '../../src/data-plane/sign-in/log-in.js';
import { LogOut } from '../../src/data-plane/sign-in/log-out.js';
import { SessionCookie } from '../../src/data-plane/sign-in/session-cookie.js';
import { WhoAmI } from '../../src/data-plane/sign-in/who-am-i.js';
import { ARGON2_PARAMETERS } from '../../src/infrastructure/passwords/password-hasher.js';
import { type Account, openAccount, OWNER_PASSWORD } from './support/open-account.js';
import { codeOf, invite, join, MEMBER_PASSWORD, signIn } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

/** Fails to sign in; what it answered, what it cost and how long it took. */
async function refusal(email: string, password: string) {
  const before = { ...plane.hasher.calls };
  const startedAt = performance.now();
  const code = await codeOf(plane.get(LogIn).execute({ email, password }, '192.0.2.1'));
  return {
    code,
    verified: plane.hasher.calls.verify - before.verify,
    hashed: plane.hasher.calls.hash - before.hash,
    ms: performance.now() - startedAt,
  };
}

test('every refused sign-in answers alike, costs one hash exactly and keeps the floor', async () => {
  const invited = await invite(plane, account, 'admin');
  const suspended = await openAccount(plane);
  plane.directory.move(suspended.tenant.id, 'suspended');
  const closing = await openAccount(plane);
  const analyst = await join(plane, closing, 'analyst');
  plane.directory.move(closing.tenant.id, 'closing');
  // The invited one must not be found through the directory alone.
  await plane.signIns.add(invited.email, account.tenant.id);

  for (const [email, password] of [
    ['nobody@example.com', OWNER_PASSWORD],
    [account.ownerEmail, 'not the password'],
    [account.ownerEmail, 'x'.repeat(256)],
    [invited.email, MEMBER_PASSWORD],
    [suspended.ownerEmail, OWNER_PASSWORD],
    [analyst.email, MEMBER_PASSWORD],
  ] as const) {
    const { code, verified, hashed, ms } = await refusal(email, password);
    expect({ code, verified, hashed }).toEqual({ code: 'login_failed', verified: 1, hashed: 0 });
    expect(ms).toBeGreaterThanOrEqual(500);
  }
});

test('signing in costs one hash and answers member, tenant and a fresh token each time', async () => {
  const before = { ...plane.hasher.calls };
  const body = { email: account.ownerEmail, password: OWNER_PASSWORD };
  const first = await plane.get(LogIn).execute(body, '192.0.2.1');
  expect(plane.hasher.calls).toEqual({ ...before, verify: before.verify + 1 });
  expect(first.answer).toEqual({
    member: { id: account.ownerId, name: 'Ada Lovelace', email: account.ownerEmail, role: 'owner' },
    tenant: {
      id: account.tenant.id,
      name: 'Bluebird Coffee',
      slug: expect.stringContaining('slug-'),
      status: 'active',
      isolation: 'database',
      region: 'local',
    },
  });
  const second = await plane.get(LogIn).execute(body, '192.0.2.1');
  expect(second.session.token).not.toBe(first.session.token);
});

test('a hash of an older cost is made anew at sign-in, and is still the same password', async () => {
  const { ownerId: id, ownerEmail, tenant, owner } = await openAccount(plane);
  const accounts = plane.get(AccountsRepository);
  const read = () => plane.as(tenant, owner, () => accounts.byId(id));
  const cheap = await hash(OWNER_PASSWORD, { ...ARGON2_PARAMETERS, memoryCost: 8_192 });
  const change = { id, version: (await read())?.passwordVersion ?? 0, after: cheap };
  await plane.as(tenant, owner, () => accounts.upgradeHash({ ...change, version: 99 }));
  expect((await read())?.passwordHash).not.toBe(cheap);
  await plane.as(tenant, owner, () => accounts.upgradeHash(change));
  expect((await read())?.passwordHash).toBe(cheap);
  await signIn(plane, ownerEmail, OWNER_PASSWORD);
  const after = await read();
  expect(plane.hasher.needsRehash(after?.passwordHash ?? '')).toBe(false);
  expect(after?.passwordVersion).toBe(change.version);
  await signIn(plane, ownerEmail, OWNER_PASSWORD);
});

test.each([
  ['https://numoon.example', '__Host-numoon_session', 'Path=/; HttpOnly; Secure; SameSite=Strict'],
  // Not every browser takes a Secure cookie there, or one whose name says that it is bound to a host.
  ['http://localhost:3000', 'numoon_session', 'Path=/; HttpOnly; SameSite=Strict'],
])('at %s the cookie is %s, for no script and no other site', (url, name, attributes) => {
  const cookie = new SessionCookie({ publicUrl: () => url } as never);
  const expiresAt = new Date(Date.UTC(2026, 0, 31));
  expect(cookie.of({ token: 'word.secret', expiresAt })).toBe(
    `${name}=word.secret; ${attributes}; Expires=Sat, 31 Jan 2026 00:00:00 GMT`,
  );
  expect(cookie.cleared()).toBe(`${name}=; ${attributes}; Max-Age=0`);
});

test('an owner can sign in while the account is closing', async () => {
  const closing = await openAccount(plane);
  plane.directory.move(closing.tenant.id, 'closing');
  expect(await signIn(plane, closing.ownerEmail, OWNER_PASSWORD)).toContain('.');
});

test('a member of two tenants signs in to the first joined, or to the one named', async () => {
  const second = await openAccount(plane);
  await plane.signIns.add(account.ownerEmail, second.tenant.id);
  const first = await signIn(plane, account.ownerEmail, OWNER_PASSWORD);
  expect(first.slice(0, 20)).toBe(account.tenant.id.slice(4));
  const slug = [...plane.signIns.slugs].find(([, id]) => id === account.tenant.id)?.[0];
  const named = await signIn(plane, account.ownerEmail, OWNER_PASSWORD, slug);
  expect(named.slice(0, 20)).toBe(account.tenant.id.slice(4));
  expect(await codeOf(signIn(plane, account.ownerEmail, OWNER_PASSWORD, 'no-such-slug'))).toBe(
    'login_failed',
  );
});

test('logging out ends that session on the server, logging out everywhere ends all', async () => {
  const person = await join(plane, account, 'analyst');
  const tokens: string[] = [];
  for (let i = 0; i < 3; i += 1) tokens.push(await signIn(plane, person.email, MEMBER_PASSWORD));
  const credentials = plane.get(TenantCredentials);
  const valid = async () =>
    Promise.all(tokens.map(async (token) => (await credentials.bySession(token)) !== null));
  expect(await valid()).toEqual([true, true, true]);

  const identity = await credentials.bySession(tokens[0] ?? '');
  if (identity === null) throw new Error('The session should be valid.');
  await plane.as(account.tenant, identity.actor, () => plane.get(LogOut).here());
  expect(await valid()).toEqual([false, true, true]);

  await plane.as(account.tenant, identity.actor, () => plane.get(LogOut).everywhere());
  expect(await valid()).toEqual([false, false, false]);
  const log = await plane.as(account.tenant, account.owner, () =>
    plane.get(ReadAuditLog).execute({ limit: 2 }),
  );
  expect(log.items.map(({ action }) => action)).toEqual([
    'session.ended-everywhere',
    'session.ended',
  ]);
});

test('logging out with an API key is refused, since the key would go on', async () => {
  const key = { kind: 'api-key', id: account.apiKeyId, role: 'owner' } as const;
  for (const way of ['here', 'everywhere'] as const) {
    const call = plane.as(account.tenant, key, () => plane.get(LogOut)[way]());
    expect(await codeOf(call)).toBe('session_required');
  }
});

test('who am I tells a session its member and a key its name', async () => {
  const key = { kind: 'api-key', id: account.apiKeyId, role: 'owner' } as const;
  const byKey = await plane.as(account.tenant, key, () => plane.get(WhoAmI).execute());
  expect(byKey.apiKey).toEqual({
    id: account.apiKeyId,
    name: 'First key',
    role: 'owner',
    hint: account.apiKey.slice(-4),
  });
  expect(byKey.member).toBeUndefined();
  const bySession = await plane.as(account.tenant, account.owner, () =>
    plane.get(WhoAmI).execute(),
  );
  expect(bySession.member?.email).toBe(account.ownerEmail);
});
