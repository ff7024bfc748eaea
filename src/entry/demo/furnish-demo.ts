import { setTimeout as sleep } from 'node:timers/promises';
import { giveConsent } from '../../../sandbox/browser/give-consent.js';
import type { Secret } from '../../kernel/secret.js';
import { Api } from './api.js';
import { type DemoRecord, readDemoRecord, writeDemoRecord } from './demo-key.js';

export interface DemoOptions {
  url: string;
  adminToken: Secret;
  dataDir: string;
  say: (line: string) => void;
  signal: AbortSignal;
}

interface Integration {
  id: string;
  provider: string;
  status: string;
  lastSyncedAt: string | null;
}

/** What is connected, with what the provider asks for first. */
const TOOLS: readonly { provider: string; params?: Record<string, string> }[] = [
  { provider: 'stripe' },
  { provider: 'shopify', params: { shop: 'numoon-blue.myshopify.com' } },
  { provider: 'hubspot' },
  { provider: 'google-analytics' },
];

const ORGANIZATION = 'Northwind Coffee (demo)';
const LOOK_EVERY_MS = 500;
const SYNCED_WITHIN_MS = 300_000;

/**
 * A tenant to look at: opened once, its tools connected to the sandbox through the same doors as anybody's,
 * and synced by the worker. Safe to repeat: what is there is left alone. Its owner may close it; then it is
 * not opened again.
 */
export async function furnishDemo(options: DemoOptions): Promise<void> {
  const { dataDir, say, signal } = options;
  const api = new Api(options.url, signal);
  const apiKey = await openTenant(options, api, await readDemoRecord(dataDir));
  const { status } = await api.call('GET', '/v1/me', { bearer: apiKey });
  if (status === 401) return say('The demo tenant was closed; it is not opened again.');
  const connected = await connectTools(api, apiKey, say, signal);
  if (connected === 0) return;
  const synced = await waitUntilSynced(api, apiKey, signal);
  say(
    synced
      ? `The demo tenant has ${connected} tools connected and synced; its API key is in ${dataDir}/demo-api-key`
      : `The demo tenant's tools are connected and still syncing; its API key is in ${dataDir}/demo-api-key`,
  );
}

async function openTenant(
  { adminToken, dataDir }: DemoOptions,
  api: Api,
  record: DemoRecord,
): Promise<string> {
  if (record.apiKey !== null) return record.apiKey;
  const { status, body } = await api.call<{ apiKey?: string; code?: string }>(
    'POST',
    '/admin/tenants',
    {
      bearer: adminToken.reveal(),
      idempotencyKey: record.idempotencyKey,
      body: {
        organization: ORGANIZATION,
        owner: { name: 'Demo Owner', email: 'owner@northwind-demo.example' },
      },
    },
  );
  if (body?.apiKey === undefined) {
    throw new Error(`The demo tenant could not be opened: ${status} ${body?.code ?? ''}`);
  }
  await writeDemoRecord(dataDir, { ...record, apiKey: body.apiKey });
  return body.apiKey;
}

/** @returns how many are connected */
async function connectTools(
  api: Api,
  bearer: string,
  say: DemoOptions['say'],
  signal: AbortSignal,
): Promise<number> {
  const there = await integrationsOf(api, bearer);
  let connected = 0;
  for (const tool of TOOLS) {
    if (
      there.some(({ provider, status }) => provider === tool.provider && status !== 'connecting')
    ) {
      connected += 1;
      continue;
    }
    const { status, body } = await api.call<{ authorizeUrl?: string; code?: string }>(
      'POST',
      '/v1/integrations',
      { bearer, body: tool },
    );
    const fault =
      body?.authorizeUrl === undefined
        ? `${status} ${body?.code ?? ''}`
        : await consentFault(body.authorizeUrl, signal);
    if (fault === null) connected += 1;
    else say(`The demo tenant's ${tool.provider} could not be connected: ${fault}`);
  }
  return connected;
}

/** @returns what went wrong, or null */
async function consentFault(link: string, signal: AbortSignal): Promise<string | null> {
  const page = await giveConsent(link, { signal });
  return page === null ? null : `${page.status} on a page of ${page.url.host}`;
}

/** Until each has been synced once. */
async function waitUntilSynced(api: Api, bearer: string, signal: AbortSignal): Promise<boolean> {
  const until = Date.now() + SYNCED_WITHIN_MS;
  while (Date.now() < until) {
    const active = (await integrationsOf(api, bearer)).filter(({ status }) => status === 'active');
    if (active.length > 0 && active.every(({ lastSyncedAt }) => lastSyncedAt !== null)) return true;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  return false;
}

async function integrationsOf(api: Api, bearer: string): Promise<readonly Integration[]> {
  const { body } = await api.call<{ items?: Integration[] }>('GET', '/v1/integrations', { bearer });
  return body?.items ?? [];
}
