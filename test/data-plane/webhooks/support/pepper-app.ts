import { join } from 'node:path';
import request from 'supertest';
import type { ProviderSettings } from '../../../../config/providers.js';
import { IntegrationsRepository } from '../../../../src/data-plane/integrations/integrations.repository.js';
import { KeyedTransaction } from '../../../../src/data-plane/keyed-transaction.js';
import { TokenBroker } from '../../../../src/data-plane/tokens/token-broker.js';
import { ProviderAccountDirectory } from '../../../../src/data-plane/webhooks/provider-account-directory.js';
import { newId } from '../../../../src/kernel/ids.js';
import { Secret } from '../../../../src/kernel/secret.js';
import { signPepper } from '../../../connectors/fixtures/pepper/connector.js';
import { plant } from '../../../support/canaries/registry.js';
import { controlUrl } from '../../../support/test-postgres.js';
import { startTestApp, type TestApp } from '../../../support/test-app.js';

export const SECRETS = ['pepper-webhook-secret-old', 'pepper-webhook-secret-new'] as const;

const ACTOR = { kind: 'system', job: 'test.webhooks' } as const;

export interface Told {
  id: string;
  mill: string;
  type: 'grind.done' | 'app.removed' | 'mill.erase' | 'mill.cleaned';
  before?: number;
}

/** A whole NuMoon that knows Pepper, without a worker: what webhooks put on the schedule stays there. */
export async function startPepperApp(
  url = 'http://127.0.0.1:1',
  config: Parameters<typeof startTestApp>[0] = {},
): Promise<TestApp> {
  const pepper: ProviderSettings = {
    baseUrl: url,
    clientId: 'pepper-client',
    clientSecret: new Secret('pepper-client-secret'),
    webhookSecrets: SECRETS.map((secret) => new Secret(secret)),
  };
  return startTestApp(
    {
      role: 'api',
      stockDatabases: 0,
      stockSchemas: 0,
      ...config,
      providers: new Map([['pepper', pepper]]),
    },
    controlUrl(),
    { connectorFolders: [join(process.cwd(), 'test/connectors/fixtures')] },
  );
}

/** An active integration of the tenant that reads this mill. */
export async function connectMill(app: TestApp, tenantId: string, mill: string): Promise<string> {
  const id = newId('int');
  const get = <T>(type: abstract new (...args: never[]) => T): T =>
    app.app.get(type as never, { strict: false });
  const integrations = get(IntegrationsRepository);
  const account = { id: mill, name: 'Mill', timeZone: 'UTC', currency: null, test: false };
  await app.foundation.tenancy.run(tenantId, ACTOR, () =>
    get(KeyedTransaction).run(async (tx) => {
      await integrations.add(tx, { id, provider: 'pepper', params: {} });
      await integrations.connect(tx, { id, provider: 'pepper' }, { ...account, details: {} }, []);
      await get(TokenBroker).keep(tx, id, {
        accessToken: new Secret(`ppr_at_${plant('text')}`),
        refreshToken: new Secret(`ppr_rt_${plant('text')}`),
        expiresAt: Date.now() + 3_600_000,
        refreshExpiresAt: null,
        scopes: [],
        grant: {},
      });
    }),
  );
  await app.foundation.tenancy.run(tenantId, ACTOR, () =>
    get(ProviderAccountDirectory).add('pepper', mill, id),
  );
  return id;
}

export interface DeliveryOptions {
  secret?: string;
  atMs?: number;
  signature?: string | null;
  headers?: Record<string, string>;
  path?: string;
  /** Signed as if it had gone there. */
  url?: string;
}

/** Sends it as Pepper would: the signature over the full URL and the bytes. */
export async function deliver(
  app: TestApp,
  body: readonly Told[] | string | Buffer,
  options: DeliveryOptions = {},
): Promise<{ status: number; body: { code?: string; received?: boolean }; headers: Headers }> {
  const { path = '/webhooks/pepper', secret = SECRETS[0], atMs = Date.now() } = options;
  const bytes = Array.isArray(body)
    ? Buffer.from(JSON.stringify(body))
    : Buffer.from(body as string);
  const url = options.url ?? `${app.url}${path}`;
  const signature =
    options.signature === undefined ? signPepper(secret, url, bytes, atMs) : options.signature;
  const call = request(app.url).post(path).set('content-type', 'application/json');
  if (signature !== null) void call.set('pepper-signature', signature);
  for (const [name, value] of Object.entries(options.headers ?? {})) void call.set(name, value);
  // As text: supertest would make JSON of a Buffer that is sent as JSON.
  const answer = await call
    .serialize((sent: unknown) => sent as string)
    .send(bytes as unknown as object)
    .ok(() => true);
  return {
    status: answer.status,
    body: answer.body as { code?: string },
    headers: new Headers(answer.headers as Record<string, string>),
  };
}

/** What is on the schedule for an integration. */
export async function scheduleOf(
  app: TestApp,
  integrationId: string,
): Promise<{ due_at: Date; cause: string } | undefined> {
  const [row] = await app.look<{ due_at: Date; cause: string }>(
    app.config.catalogDatabase,
    'SELECT due_at, cause FROM sync_schedule WHERE integration_id = $1',
    [integrationId],
  );
  return row;
}

export async function statusOf(app: TestApp, tenantId: string, id: string): Promise<string> {
  const integrations = app.app.get(IntegrationsRepository, { strict: false });
  return app.foundation.tenancy.run(tenantId, ACTOR, async () => {
    const integration = await integrations.find(id);
    return integration?.status ?? 'unknown';
  });
}
