import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from './connect.js';
import { type SandboxedApp, startSandboxedApp } from './sandboxed-app.js';

/** Each provider's account, and what it says when something changed and when access ended. */
const PROVIDERS = [
  {
    provider: 'stripe',
    account: 'main',
    changed: 'charge.succeeded',
    revoked: 'account.application.deauthorized',
    signsTime: true,
  },
  {
    provider: 'hubspot',
    account: 'acme',
    changed: 'deal.propertyChange',
    revoked: null,
    signsTime: true,
    // A delivery that is repeated says when it happened as before.
    payload: { occurredAt: 1_790_000_000_000 },
  },
  {
    provider: 'shopify',
    account: 'blue',
    params: { shop: 'numoon-blue.myshopify.com' },
    changed: 'orders/updated',
    revoked: 'app/uninstalled',
    signsTime: false,
  },
  {
    provider: 'google-analytics',
    account: 'owner',
    changed: null,
    revoked: 'token-revoked',
    signsTime: false,
  },
] as const;

let sandboxed: SandboxedApp;
beforeAll(async () => {
  // No worker: what a hint does to the schedule is to be seen, not run.
  sandboxed = await startSandboxedApp({ config: { role: 'api' } });
});
afterAll(async () => {
  await sandboxed?.close();
});

async function deliver(
  provider: string,
  account: string,
  topic: string,
  more: { signature?: string; eventId?: string; payload?: object } = {},
): Promise<number> {
  const answer = await fetch(
    `${sandboxed.sandbox.url}/_sandbox/webhooks/${provider}/${encodeURIComponent(account)}`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        url: `${sandboxed.app.url}/webhooks/${provider}`,
        topic,
        signature: 'right',
        ...more,
      }),
    },
  );
  const body = (await answer.json()) as { status: number };
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body.status;
}

describe.each(PROVIDERS)('webhooks of $provider', (it) => {
  const { provider, account } = it;
  let key = '';
  let id = '';

  beforeAll(async () => {
    ({ key } = await sandboxed.app.signUp());
    const params = 'params' in it ? { params: it.params } : {};
    ({ id } = await connect(sandboxed, key, provider, { account, ...params }));
  });

  const integration = async () =>
    (await sandboxed.app.call('GET', `/v1/integrations/${id}`, { key })).body;
  const topic = it.changed ?? it.revoked;

  test('with another signature, or none, are refused and change nothing', async () => {
    expect(await deliver(provider, account, topic, { signature: 'wrong' })).toBe(401);
    expect(await deliver(provider, account, topic, { signature: 'none' })).toBe(401);
    expect(await integration()).toMatchObject({ status: 'active' });
  });

  if (it.signsTime) {
    test('that were signed long ago are refused', async () => {
      expect(await deliver(provider, account, topic, { signature: 'stale' })).toBe(401);
    });
  }

  if (it.changed !== null) {
    test('that tell of a change hasten the next sync, once for each', async () => {
      const again = { eventId: '4711', ...('payload' in it ? { payload: it.payload } : {}) };
      const due = async () => {
        const [row] = await sandboxed.app.look<{ due: Date; cause: string }>(
          sandboxed.app.config.catalogDatabase,
          'SELECT due_at AS due, cause FROM sync_schedule WHERE integration_id = $1',
          [id],
        );
        return row;
      };
      await sandboxed.app.look(
        sandboxed.app.config.catalogDatabase,
        `UPDATE sync_schedule SET due_at = $2, cause = 'schedule' WHERE integration_id = $1`,
        [id, new Date(Date.now() + 86_400_000)],
      );
      expect(await deliver(provider, account, it.changed, again)).toBe(200);
      expect((await due())?.cause).toBe('webhook');
      await sandboxed.app.look(
        sandboxed.app.config.catalogDatabase,
        `UPDATE sync_schedule SET due_at = $2, cause = 'schedule' WHERE integration_id = $1`,
        [id, new Date(Date.now() + 86_400_000)],
      );
      expect(await deliver(provider, account, it.changed, again)).toBe(200);
      expect((await due())?.cause).toBe('schedule');
    });
  }

  if (provider === 'google-analytics') {
    test('that only try the way here are taken and change nothing', async () => {
      expect(await deliver(provider, account, 'verification')).toBe(200);
      expect(await integration()).toMatchObject({ status: 'active' });
    });
  }

  if (it.revoked !== null) {
    test('that tell of the end of our access mark the integration', async () => {
      // Times of events are whole seconds: one of the second of the connection could be either.
      await sleep(1_100);
      await fetch(`${sandboxed.sandbox.url}/_sandbox/clock`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ now: Date.now() + 2_000 }),
      });
      expect(await deliver(provider, account, it.revoked)).toBe(200);
      expect(await integration()).toMatchObject({ status: 'revoked' });
    });
  }
});
