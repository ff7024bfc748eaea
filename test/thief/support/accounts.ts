import { setTimeout as sleep } from 'node:timers/promises';
import { ISOLATIONS, type Isolation } from '../../../src/tenancy/tenant-record.js';
import type { Canaries } from './canaries.js';
import { inParallel } from './in-parallel.js';
import type { KeepAliveClient } from './keep-alive-client.js';

/** An account and what its owner knows. */
export interface Account {
  id: string;
  isolation: Isolation;
  slug: string;
  /** The owner's API key. */
  key: string;
  email: string;
  password: string;
  /** The signup itself, to be sent again. */
  signup: { body: unknown; headers: { 'idempotency-key': string } };
}

/** Signs up, with an Idempotency-Key, so that the answer is kept; and once more, so that it is read. */
export async function signUp(
  client: KeepAliveClient,
  canaries: Canaries,
  isolation: Isolation,
): Promise<Account> {
  const email = canaries.address('owner e-mail');
  const password = canaries.plant('password');
  const owner = { name: canaries.plant('owner name'), email, password };
  const signup = {
    body: { organization: canaries.plant('organization'), owner, isolation },
    headers: { 'idempotency-key': canaries.plant('idempotency key') },
  };
  const call = { method: 'POST', path: '/v1/signup', ...signup };
  const first = await client.expect(201, call);
  const again = await client.expect(201, call);
  if (again.headers['idempotent-replayed'] !== 'true') throw new Error('A signup was repeated.');
  const { tenant, apiKey } = first.body as { tenant: { id: string; slug: string }; apiKey: string };
  return { ...tenant, isolation, key: apiKey, email, password, signup };
}

export async function signUpSome(
  client: KeepAliveClient,
  canaries: Canaries,
  ofEach: number,
): Promise<Account[]> {
  return inParallel(ofEach * ISOLATIONS.length, (index) => {
    return signUp(client, canaries, ISOLATIONS[index % ISOLATIONS.length] as Isolation);
  });
}

/** Gives it other names, and says which slug it has in the end. */
export async function rename(
  client: KeepAliveClient,
  canaries: Canaries,
  account: Account,
  times: number,
): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const slug = canaries.plant('changed slug');
    const body = { name: canaries.plant('changed organization'), slug };
    await client.expect(200, { method: 'PATCH', path: '/v1/tenant', key: account.key, body });
    account.slug = slug;
  }
}

/** Closes it without a grace and waits until it is purged. @returns what the link tells */
export async function closeAtOnce(
  client: KeepAliveClient,
  { key, slug, password }: Account,
): Promise<{ status: string; steps: { step: string }[] }> {
  const body = { confirm: slug, password, graceDays: 0 };
  const closed = await client.expect(202, {
    method: 'POST',
    path: '/v1/account/closure',
    key,
    body,
  });
  const { statusUrl } = closed.body as { statusUrl: string };
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(50)) {
    const { body: closure } = await client.expect(200, { method: 'GET', path: statusUrl });
    if (closure.status === 'purged') return closure;
  }
  throw new Error('The purge did not end.');
}
