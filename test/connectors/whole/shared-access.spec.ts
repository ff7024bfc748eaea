import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TokenBroker } from '../../../src/data-plane/tokens/token-broker.js';
import type { SignedUp } from '../../support/test-app.js';
import { connect } from './connect.js';
import { type SandboxedApp, startSandboxedApp } from './sandboxed-app.js';

interface Wish {
  account: string;
  params?: Record<string, string>;
  choose?: string;
}

interface Connection {
  tenant: SignedUp;
  id: string;
}

const ACCOUNTS: [string, Wish][] = [
  ['stripe', { account: 'main' }],
  ['hubspot', { account: 'acme' }],
  ['shopify', { account: 'blue', params: { shop: 'numoon-blue.myshopify.com' } }],
  ['google-analytics', { account: 'owner', choose: '0' }],
];

let sandboxed: SandboxedApp;
beforeAll(async () => {
  sandboxed = await startSandboxedApp({ config: { role: 'api' } });
}, 60_000);
afterAll(async () => {
  await sandboxed?.close();
}, 60_000);

async function connectIn(tenant: SignedUp, provider: string, wish: Wish): Promise<Connection> {
  const { id } = await connect(sandboxed, tenant.key, provider, wish);
  return { tenant, id };
}

const anywhere = async (provider: string, wish: Wish): Promise<Connection> =>
  connectIn(await sandboxed.app.signUp(), provider, wish);

async function disconnect({ tenant, id }: Connection): Promise<void> {
  const answer = await sandboxed.app.call('DELETE', `/v1/integrations/${id}`, { key: tenant.key });
  expect(answer).toMatchObject({ status: 202, body: { status: 'disconnected' } });
}

/** Whether the provider still gives access, asked with a refresh. */
const stands = ({ tenant, id }: Connection): Promise<boolean> =>
  sandboxed.app.foundation.tenancy.run(tenant.id, { kind: 'system', job: 'test' }, () =>
    sandboxed.app.app.get(TokenBroker, { strict: false }).stands(id),
  );

/** Ends what is still granted there, and says how much that was. */
async function leftAt(provider: string, account: string): Promise<number> {
  const url = `${sandboxed.sandbox.url}/_sandbox/revoke/${provider}/${account}`;
  const answer = await fetch(url, { method: 'POST' });
  return ((await answer.json()) as { revoked: number }).revoked;
}

describe.each(ACCOUNTS)('two tenants that read one account of %s', (provider, wish) => {
  test('do not end each other’s access, and the last one ends it at the provider', async () => {
    const [a, b] = [await anywhere(provider, wish), await anywhere(provider, wish)];
    await disconnect(a);
    expect(await stands(b)).toBe(true);
    await disconnect(b);
    expect(await leftAt(provider, wish.account)).toBe(0);
  }, 60_000);
});

describe('a login at Google', () => {
  test('goes on for its other property, and ends with the last one, and nobody else’s does', async () => {
    const first = await anywhere('google-analytics', { account: 'owner', choose: '0' });
    const second = await connectIn(first.tenant, 'google-analytics', {
      account: 'owner',
      choose: '1',
    });
    const others = await anywhere('google-analytics', { account: 'viewer' });
    await disconnect(first);
    expect(await stands(second)).toBe(true);
    // The same property as that of the other login.
    await disconnect(second);
    expect(await leftAt('google-analytics', 'owner')).toBe(0);
    expect(await stands(others)).toBe(true);
    await disconnect(others);
    expect(await leftAt('google-analytics', 'viewer')).toBe(0);
  }, 60_000);
});
