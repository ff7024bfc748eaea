import type { Account } from './accounts.js';
import type { Canaries } from './canaries.js';
import { inParallel } from './in-parallel.js';
import type { KeepAliveClient, Reply } from './keep-alive-client.js';

const DEAD_ROWS = 8;
const INVITED_AGAIN = 10;

interface Invited {
  id: string;
  email: string;
  token: string;
}

/**
 * Invites people of each account in turn. Some are invited again under another name, some join, and some
 * are removed, so that what was said of them is left in dead rows only.
 *
 * @returns for each account somebody who has joined
 */
export async function plantPeople(
  client: KeepAliveClient,
  canaries: Canaries,
  accounts: readonly Account[],
  count: number,
): Promise<string[]> {
  const invited = await inParallel(count, async (index) => {
    const account = accounts[index % accounts.length] as Account;
    const email = canaries.address('member e-mail');
    const first = await invite(client, canaries, account, { email, as: 'first' });
    return index % INVITED_AGAIN === INVITED_AGAIN - 1
      ? invite(client, canaries, account, { email, as: 'again' })
      : first;
  });
  const joined = await inParallel(accounts.length, (index) =>
    join(client, canaries, invited[index] as Invited),
  );
  await inParallel(count, async (index) => {
    if (index < accounts.length || index % DEAD_ROWS !== 0) return;
    const { key } = accounts[index % accounts.length] as Account;
    const path = `/v1/members/${(invited[index] as Invited).id}`;
    await client.expect(204, { method: 'DELETE', path, key });
  });
  return joined;
}

/**
 * The log of a change leaves out what the row ends with before and after. Names of the two invitations
 * end differently, so that no canary loses its last letter there.
 */
async function invite(
  client: KeepAliveClient,
  canaries: Canaries,
  { key }: Account,
  { email, as }: { email: string; as: 'first' | 'again' },
): Promise<Invited> {
  const { body }: Reply = await client.expect(201, {
    method: 'POST',
    path: '/v1/members',
    key,
    body: { name: `${canaries.plant('member name')} ${as}`, email, role: 'analyst' },
    headers: { 'idempotency-key': canaries.plant('idempotency key') },
  });
  const { id, invitation } = body as { id: string; invitation: { link: string } };
  return { id, email, token: new URL(invitation.link).hash.replace('#token=', '') };
}

async function join(
  client: KeepAliveClient,
  canaries: Canaries,
  { email, token }: Invited,
): Promise<string> {
  const body = {
    token,
    name: canaries.plant('joined name'),
    password: canaries.plant('password'),
  };
  await client.expect(200, { method: 'POST', path: '/v1/invitations/accept', body });
  return email;
}

/** Makes API keys of each account in turn, and revokes some. */
export async function plantKeys(
  client: KeepAliveClient,
  canaries: Canaries,
  accounts: readonly Account[],
  count: number,
): Promise<void> {
  await inParallel(count, async (index) => {
    const { key } = accounts[index % accounts.length] as Account;
    const { body } = await client.expect(201, {
      method: 'POST',
      path: '/v1/api-keys',
      key,
      body: { name: canaries.plant('key name'), role: 'analyst' },
      headers: { 'idempotency-key': canaries.plant('idempotency key') },
    });
    if (index % DEAD_ROWS !== 0) return;
    await client.expect(204, { method: 'DELETE', path: `/v1/api-keys/${body.id}`, key });
  });
}
