import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { CredentialsRepository } from '../../src/data-plane/access/credentials.repository.js';
import { IdentityCache } from '../../src/data-plane/access/identity-cache.js';
import { TenantCredentials } from '../../src/data-plane/access/tenant-credentials.js';
import { newApiKey, newToken } from '../../src/data-plane/access/tokens.js';
import { RevokeApiKey } from '../../src/data-plane/api-keys/revoke-api-key.js';
import { type Account, openAccount, OWNER_PASSWORD } from './support/open-account.js';
import { signIn } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

beforeEach(() => {
  plane.feed.live = true;
  plane.get(IdentityCache).clear();
});

/** How often the database was asked for a key. */
function lookUps() {
  return jest.spyOn(plane.get(CredentialsRepository), 'apiKey').mockClear().mock.calls;
}

const prove = () => plane.get(TenantCredentials).byApiKey(account.apiKey);

test('a proved key is not looked up again', async () => {
  const asked = lookUps();
  await prove();
  await prove();
  expect(asked).toHaveLength(1);
});

test('news of access, of the tenant, and a gap in the news each make it look again', async () => {
  const asked = lookUps();
  const tenantId = account.tenant.id;
  await prove();
  plane.feed.emit('change', { kind: 'access', tenantId });
  await prove();
  plane.feed.emit('change', { kind: 'tenant', tenantId });
  await prove();
  plane.feed.emit('gap');
  await prove();
  expect(asked).toHaveLength(4);
});

test('news of another tenant leaves it cached', async () => {
  const asked = lookUps();
  await prove();
  plane.feed.emit('change', { kind: 'access', tenantId: 'tnt_aaaaaaaaaaaaaaaaaaaa' });
  await prove();
  expect(asked).toHaveLength(1);
});

test('while the feed is not live every call asks the database, and nothing is remembered', async () => {
  const asked = lookUps();
  await prove();
  plane.feed.live = false;
  await prove();
  await prove();
  expect(asked).toHaveLength(3);
});

test('what was read before a revocation is not remembered after it', async () => {
  const repository = plane.get(CredentialsRepository);
  const read = repository.apiKey.bind(repository);
  const spy = jest.spyOn(repository, 'apiKey').mockImplementationOnce(async (hash) => {
    const found = await read(hash);
    plane.feed.emit('change', { kind: 'access', tenantId: account.tenant.id });
    return found;
  });
  await prove();
  expect(plane.get(IdentityCache).size).toBe(0);
  spy.mockRestore();
});

test('a revoked key is refused by the very next call, and the other processes are told', async () => {
  const fresh = await openAccount(plane);
  const credentials = plane.get(TenantCredentials);
  expect(await credentials.byApiKey(fresh.apiKey)).not.toBeNull();
  await plane.as(fresh.tenant, fresh.owner, () => plane.get(RevokeApiKey).execute(fresh.apiKeyId));
  expect(await credentials.byApiKey(fresh.apiKey)).toBeNull();
  expect(plane.news.told).toContain(fresh.tenant.id);
});

test('a move of the tenant shows at once, though the credential is cached', async () => {
  const moving = await openAccount(plane);
  const credentials = plane.get(TenantCredentials);
  await credentials.byApiKey(moving.apiKey);
  plane.directory.move(moving.tenant.id, 'suspended');
  expect((await credentials.byApiKey(moving.apiKey))?.tenant.status).toBe('suspended');
  plane.directory.move(moving.tenant.id, 'purging');
  expect(await credentials.byApiKey(moving.apiKey)).toBeNull();
});

test('a session is cached no longer than it lasts', async () => {
  const token = await signIn(plane, account.ownerEmail, OWNER_PASSWORD);
  const repository = plane.get(CredentialsRepository);
  const read = repository.session.bind(repository);
  const spy = jest.spyOn(repository, 'session').mockImplementation(async (hash) => {
    const found = await read(hash);
    return found === null ? null : { ...found, validForMs: 30 };
  });
  const credentials = plane.get(TenantCredentials);
  await credentials.bySession(token);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await credentials.bySession(token);
  expect(spy).toHaveBeenCalledTimes(2);
  spy.mockRestore();
});

test('credentials of nobody, of another form and of another tenant prove nothing', async () => {
  const other = await openAccount(plane);
  const credentials = plane.get(TenantCredentials);
  // The other tenant's word with this one's random part, and the other way about.
  const crossed = `nm_${other.tenant.id.slice(4)}${account.apiKey.slice(23)}`;
  for (const key of [
    '',
    'nm_',
    'nm_\u0000'.padEnd(55, 'a'),
    account.apiKey.toUpperCase(),
    `${account.apiKey}a`,
    newApiKey(account.tenant.id),
    newApiKey('tnt_aaaaaaaaaaaaaaaaaaaa'),
    crossed,
  ]) {
    expect(await credentials.byApiKey(key)).toBeNull();
  }
  const session = await signIn(plane, account.ownerEmail, OWNER_PASSWORD);
  const moved = `${other.tenant.id.slice(4)}${session.slice(20)}`;
  for (const token of ['', account.apiKey, newToken(account.tenant.id), moved]) {
    expect(await credentials.bySession(token)).toBeNull();
  }
  expect(await credentials.byApiKey(session)).toBeNull();
});
