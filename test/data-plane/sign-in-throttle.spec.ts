import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { networkOf } from '../../src/infrastructure/rate-limit/network-of.js';
import { LogIn } from '../../src/data-plane/sign-in/log-in.js';
import { type Account, openAccount, OWNER_PASSWORD } from './support/open-account.js';
import { codeOf } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

beforeEach(() => {
  plane.byAccount.counts.clear();
  plane.byAddress.counts.clear();
  plane.byAccount.limit = 3;
  plane.byAddress.limit = 1_000;
  plane.everywhere.counts.clear();
  plane.everywhere.limit = 10_000;
});

const attempt = (password: string, email = account.ownerEmail, address = '192.0.2.1') =>
  plane.get(LogIn).execute({ email, password }, address);

test('guesses made at the same moment do not slip past the limit', async () => {
  const before = plane.hasher.calls.verify;
  const codes = await Promise.all(
    Array.from({ length: 12 }, (_, i) => codeOf(attempt(`guess number ${i}`))),
  );
  expect(codes.filter((code) => code === 'login_failed')).toHaveLength(3);
  expect(codes.filter((code) => code === 'login_throttled')).toHaveLength(9);
  expect(plane.hasher.calls.verify - before).toBe(3);
});

test('past the limit even the right password waits, and is told how long', async () => {
  for (let i = 0; i < 3; i += 1) await codeOf(attempt('wrong wrong wrong'));
  await expect(attempt(OWNER_PASSWORD)).rejects.toMatchObject({
    code: 'login_throttled',
    fields: { retryAfterSeconds: 60 },
  });
});

test('right passwords use nothing up, in a row or at once', async () => {
  for (let i = 0; i < 5; i += 1) await attempt(OWNER_PASSWORD);
  await Promise.all([attempt(OWNER_PASSWORD), attempt(OWNER_PASSWORD)]);
  expect([...plane.byAccount.counts.values()]).toEqual([0]);
  expect([...plane.byAddress.counts.values()]).toEqual([0]);
});

test('signing in to an account of one’s own does not wipe out the guesses at others', async () => {
  await codeOf(attempt('wrong wrong wrong', 'victim@example.com'));
  await attempt(OWNER_PASSWORD);
  expect(plane.byAddress.counts.get('password 192.0.2.1')).toBe(1);
});

test('an unknown address is throttled just like a known one', async () => {
  const codes = [];
  for (let i = 0; i < 4; i += 1) {
    codes.push(await codeOf(attempt('wrong wrong wrong', 'nobody@example.com')));
  }
  expect(codes).toEqual(['login_failed', 'login_failed', 'login_failed', 'login_throttled']);
});

test('one address cannot try many accounts, and the accounts do not pay for it', async () => {
  plane.byAddress.limit = 2;
  const codes = [];
  for (const name of ['a', 'b', 'c']) {
    codes.push(await codeOf(attempt('wrong wrong wrong', `${name}@example.com`)));
  }
  expect(codes).toEqual(['login_failed', 'login_failed', 'login_throttled']);
  expect([...plane.byAccount.counts.keys()].filter((key) => key.includes('c@'))).toEqual([]);
  expect([...plane.everywhere.counts.keys()].filter((key) => key.includes('c@'))).toEqual([]);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('the address %s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
