import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './accounts.js';
import type { Canaries } from './canaries.js';
import { inParallel } from './in-parallel.js';
import type { KeepAliveClient } from './keep-alive-client.js';
import type { ShownLink } from './own-numoon.js';

interface Parts {
  client: KeepAliveClient;
  links: readonly ShownLink[];
}

/** Signs in with wrong and right passwords, changes them, forgets them and resets them. */
export async function plantSignIns(
  parts: Parts,
  canaries: Canaries,
  accounts: readonly Account[],
  wrong: number,
): Promise<void> {
  const { client } = parts;
  await inParallel(wrong, async (index) => {
    const { email } = accounts[index % accounts.length] as Account;
    const password = canaries.plant('wrong password');
    await logIn(client, canaries, 401, { email, password });
    const stranger = canaries.address('asked-for e-mail');
    await logIn(client, canaries, 401, {
      email: stranger,
      password: canaries.plant('wrong password'),
    });
    await askForReset(client, canaries.address('asked-for e-mail'));
  });
  await inParallel(accounts.length, async (index) => {
    await changePassword(client, canaries, accounts[index] as Account);
  });
  for (const account of accounts) await resetPassword(parts, canaries, account);
}

async function logIn(
  client: KeepAliveClient,
  canaries: Canaries,
  status: number,
  { email, password }: { email: string; password: string },
): Promise<string> {
  const { headers } = await client.expect(status, {
    method: 'POST',
    path: '/v1/login',
    body: { email, password },
    headers: { 'idempotency-key': canaries.plant('idempotency key') },
  });
  const cookie = headers['set-cookie']?.[0] ?? '';
  return cookie.slice(0, cookie.indexOf(';'));
}

async function changePassword(
  client: KeepAliveClient,
  canaries: Canaries,
  account: Account,
): Promise<void> {
  const cookie = await logIn(client, canaries, 200, account);
  if (!/^numoon_session=./.test(cookie)) throw new Error('Signing in gave no session.');
  const change = async (status: number, currentPassword: string, newPassword: string) =>
    client.expect(status, {
      method: 'POST',
      path: '/v1/password',
      body: { currentPassword, newPassword },
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    });
  await change(403, canaries.plant('wrong password'), canaries.plant('password'));
  const password = canaries.plant('password');
  await change(204, account.password, password);
  account.password = password;
}

async function resetPassword(
  { client, links }: Parts,
  canaries: Canaries,
  account: Account,
): Promise<void> {
  const before = links.length;
  await askForReset(client, account.email);
  const giveUpAt = Date.now() + 20_000;
  const reset = () => links.slice(before).find(({ kind }) => kind === 'password-reset');
  while (reset() === undefined) {
    if (Date.now() > giveUpAt) throw new Error('No reset link was shown.');
    await sleep(10);
  }
  const password = canaries.plant('password');
  const body = { token: reset()?.token, password };
  await client.expect(200, { method: 'POST', path: '/v1/password-resets/complete', body });
  account.password = password;
}

async function askForReset(client: KeepAliveClient, email: string): Promise<void> {
  await client.expect(202, { method: 'POST', path: '/v1/password-resets', body: { email } });
}
