import type { Account } from './accounts.js';
import type { Canaries } from './canaries.js';
import { inParallel } from './in-parallel.js';
import type { Call, KeepAliveClient } from './keep-alive-client.js';

/** Sends what is refused, each in its own way: what is said on the way to an error is said too. */
export async function plantRefusals(
  client: KeepAliveClient,
  canaries: Canaries,
  accounts: readonly Account[],
  joined: readonly string[],
  count: number,
): Promise<void> {
  await inParallel(count, async (index) => {
    const at = index % accounts.length;
    const account = accounts[at] as Account;
    const other = accounts[(at + 1) % accounts.length] as Account;
    const make = REFUSED[index % REFUSED.length] as Refused;
    const call = make({ canaries, account, other, joined: joined[at] as string });
    const { status } = await client.call(call);
    if (status < 400 || status > 499) {
      throw new Error(`Refusal ${index % REFUSED.length} answered ${status}`);
    }
  });
}

type Refused = (with_: {
  canaries: Canaries;
  account: Account;
  other: Account;
  joined: string;
}) => Call;

const REFUSED: readonly Refused[] = [
  // Nothing in it is right.
  ({ canaries, account: { key } }) => ({
    method: 'POST',
    path: '/v1/members',
    key,
    body: {
      email: canaries.plant('refused text'),
      name: `${canaries.plant('refused text')} ${'x'.repeat(100)}`,
      role: canaries.plant('refused text'),
      [canaries.plant('field name')]: canaries.plant('refused text'),
    },
    headers: { 'idempotency-key': canaries.plant('idempotency key') },
  }),
  ({ canaries }) => {
    const password = canaries.plant('refused text');
    return {
      method: 'POST',
      path: '/v1/signup',
      body: {
        organization: `${canaries.plant('refused text')}\u0007`,
        owner: {
          name: canaries.plant('refused text'),
          email: `${password}@example.com`,
          password,
        },
        invitation: canaries.plant('refused text'),
      },
    };
  },
  // Somebody with this address is a member.
  ({ canaries, account: { key }, joined }) => ({
    method: 'POST',
    path: '/v1/members',
    key,
    body: { email: joined, name: canaries.plant('refused text'), role: 'analyst' },
    headers: { 'idempotency-key': canaries.plant('idempotency key') },
  }),
  // The slug is another's.
  ({ canaries, account: { key }, other }) => ({
    method: 'PATCH',
    path: '/v1/tenant',
    key,
    body: { name: canaries.plant('refused text'), slug: other.slug },
  }),
  ({ canaries, account: { key } }) => ({
    method: 'DELETE',
    path: `/v1/members/${canaries.plant('path')}?${canaries.plant('path')}=${canaries.plant('path')}`,
    key,
    headers: { referer: `https://example.com/${canaries.plant('header')}` },
  }),
  ({ canaries, account: { key } }) => ({
    method: 'GET',
    path: `/v1/audit-log?cursor=${canaries.plant('path')}`,
    key,
    headers: { 'user-agent': canaries.plant('header') },
  }),
  ({ canaries }) => ({
    method: 'GET',
    path: `/v1/${canaries.plant('path')}/${canaries.plant('path')}`,
    key: `nm_${canaries.plant('header')}`,
    headers: { cookie: `numoon_session=${canaries.plant('header')}` },
  }),
  ({ canaries, account: { key } }) => ({
    method: 'POST',
    path: '/v1/api-keys',
    key,
    body: `{"name":"${canaries.plant('broken body')}","role":${canaries.plant('broken body')}`,
  }),
  ({ canaries, account: { key } }) => ({
    method: 'POST',
    path: '/v1/api-keys',
    key,
    body: canaries.plant('broken body'),
    headers: { 'content-type': 'text/plain' },
  }),
];
