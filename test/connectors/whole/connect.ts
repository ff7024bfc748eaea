import { setTimeout as sleep } from 'node:timers/promises';
import { giveConsent } from '../../../sandbox/browser/give-consent.js';
import type { SandboxedApp } from './sandboxed-app.js';

interface Connection {
  id: string;
  /** Whose data it is, as the sandbox calls it. */
  accountId: string;
}

/** Connects an account as its owner would: our link, the consent page, the way back, and the choice where there is one. */
export async function connect(
  { app }: SandboxedApp,
  key: string,
  provider: string,
  options: { params?: Record<string, string>; account?: string; choose?: string } = {},
): Promise<Connection> {
  const begun = await app.call('POST', '/v1/integrations', {
    key,
    body: { provider, ...(options.params === undefined ? {} : { params: options.params }) },
  });
  if (begun.status !== 201) throw new Error(`${begun.status} ${JSON.stringify(begun.body)}`);
  const stuck = await giveConsent(String(begun.body.authorizeUrl), options);
  if (stuck !== null) throw new Error(`${stuck.status} ${stuck.text}`);
  return { id: begun.body.id as string, accountId: options.account ?? '' };
}

/** Until everything that the streams know, history too, has been read once. */
export async function synced(
  { app }: SandboxedApp,
  key: string,
  id: string,
  withinMs = 400_000,
): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    const { body } = await app.call('GET', `/v1/integrations/${id}/runs?limit=1`, { key });
    const [last] = body.items ?? body.data ?? [];
    if (last?.status === 'done') return;
    if (last?.status === 'failed') throw new Error(`The sync failed: ${JSON.stringify(body)}`);
    if (Date.now() > until) throw new Error(`Not synced in time: ${JSON.stringify(body)}`);
    await sleep(250);
  }
}
