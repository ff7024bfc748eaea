import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findConnectors } from '../../../src/connectors/registry.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { AppError } from '../../../src/kernel/app-error.js';
import { Secret } from '../../../src/kernel/secret.js';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import {
  type ControlPlane,
  openControlPlane,
  type Premises,
} from '../../support/lifecycle-control-plane.js';
import { createPremises, removePremises } from '../../support/lifecycle-premises.js';
import { type BrokerOptions, brokerOn, connectPepper, within } from './support/brokers.js';
import { type RotatingProvider, startRotatingProvider } from './support/rotating-provider.js';

let premises: Premises;
let plane: ControlPlane;
let tenant: TenantRecord;
let provider: RotatingProvider;
let connectors: Awaited<ReturnType<typeof findConnectors>>;
const http = new HttpClient();

beforeAll(async () => {
  premises = await createPremises();
  plane = await openControlPlane(premises);
  tenant = await plane.open('schema');
  connectors = await findConnectors();
});

beforeEach(async () => {
  provider = await startRotatingProvider();
});

afterEach(() => provider.close());

afterAll(async () => {
  await plane?.close();
  await http.close();
  await removePremises(premises);
});

const inTenant = <T>(work: () => Promise<T>): Promise<T> => within(plane, tenant.id, work);

async function refreshAnswered(
  answer: { status: number; body: unknown; headers?: Record<string, string> },
  options: Partial<BrokerOptions> = {},
) {
  const parts = brokerOn(plane, { url: provider.url, http, ...options });
  const id = await inTenant(() => connectPepper(parts, provider.first));
  provider.otherwise = () => answer;
  const error = await inTenant(() => parts.broker.refused(id, 1)).then(
    () => null,
    (caught: unknown) => caught as AppError,
  );
  const integration = await inTenant(() => parts.integrations.find(id));
  return { parts, id, error, integration };
}

/** What the four say when access was taken back, and what looks like it and is not. */
const WORDS: readonly {
  provider: string;
  says: string;
  status: number;
  body: unknown;
  means: 'final' | 'passing';
}[] = [
  {
    provider: 'stripe',
    says: 'invalid_grant',
    status: 400,
    body: { error: 'invalid_grant', error_description: 'This refresh token has been revoked' },
    means: 'final',
  },
  {
    provider: 'stripe',
    says: 'that the key of ours is of the wrong type',
    status: 401,
    body: {
      error: { message: 'You do not have the required permissions', type: 'invalid_request_error' },
    },
    means: 'passing',
  },
  {
    provider: 'stripe',
    says: 'invalid_client',
    status: 401,
    body: { error: 'invalid_client' },
    means: 'passing',
  },
  {
    provider: 'hubspot',
    says: 'BAD_REFRESH_TOKEN',
    status: 400,
    body: { status: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token' },
    means: 'final',
  },
  {
    provider: 'hubspot',
    says: 'that it is asked too fast',
    status: 429,
    body: { status: 'error', message: 'You have reached your limit', errorType: 'RATE_LIMIT' },
    means: 'passing',
  },
  {
    provider: 'shopify',
    says: 'that an active refresh token is required',
    status: 401,
    body: {
      error: 'invalid_request',
      error_description: 'This request requires an active refresh_token',
    },
    means: 'final',
  },
  {
    provider: 'shopify',
    says: 'invalid_grant',
    status: 400,
    body: { error: 'invalid_grant' },
    means: 'final',
  },
  {
    provider: 'shopify',
    says: 'invalid_request about something else',
    status: 400,
    body: { error: 'invalid_request', error_description: 'Could not find client with given id' },
    means: 'passing',
  },
  {
    provider: 'google-analytics',
    says: 'invalid_grant',
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    means: 'final',
  },
  {
    provider: 'google-analytics',
    says: 'invalid_client',
    status: 401,
    body: { error: 'invalid_client', error_description: 'The OAuth client was not found.' },
    means: 'passing',
  },
];

describe('a refresh is refused:', () => {
  test.each(WORDS)('$provider says $says ($status), which is $means', async (words) => {
    const connector = connectors.get(words.provider);
    if (connector === undefined) throw new Error(`There is no connector ${words.provider}.`);
    const { error, integration } = await refreshAnswered(words, { tokens: connector.tokens });

    const final = words.means === 'final';
    expect(error?.code).toBe(final ? 'grant_revoked' : 'token_refresh_failed');
    expect(integration?.status).toBe(final ? 'revoked' : 'active');
  });

  test.each([400, 401, 403, 404, 408, 429, 500, 502, 503, 302])(
    'status %i with nothing that can be read passes',
    async (status) => {
      const { error, integration } = await refreshAnswered({ status, body: '<html>Oops</html>' });
      expect(error).toMatchObject({ code: 'token_refresh_failed', fields: { status } });
      expect(integration?.status).toBe('active');
    },
  );

  test.each([
    ['a list', []],
    ['a number', 7],
    ['null', null],
    ['a prototype', '{"__proto__":{"error":"invalid_grant"}}'],
    ['an error in an object', { error: { error: 'invalid_grant' } }],
  ])('%s for a body is no word of revocation', async (_what, body) => {
    const { integration } = await refreshAnswered({ status: 400, body });
    expect(integration?.status).toBe('active');
  });
});

describe('after a final refusal', () => {
  const refusal = { status: 400, body: { error: 'invalid_grant' } };

  test('nobody asks the provider again, and the tokens are gone', async () => {
    const { parts, id } = await refreshAnswered(refusal);
    const { calls } = provider;

    await expect(inTenant(() => parts.broker.access(id))).rejects.toMatchObject({
      code: 'grant_revoked',
    });
    await expect(inTenant(() => parts.broker.refused(id, 1))).rejects.toMatchObject({
      code: 'grant_revoked',
    });
    expect(provider.calls).toBe(calls);
    expect(await inTenant(() => parts.store.names(id))).toEqual([]);
  });

  test('the log of the tenant says it once', async () => {
    const { parts, id } = await refreshAnswered(refusal);
    await inTenant(() => parts.markRevoked.execute(id, 'refresh-refused'));
    const rows = await inTenant(() =>
      plane.database.query({
        text: `SELECT action FROM audit_events WHERE target_id = $1`,
        values: [id],
      }),
    );
    expect(rows).toEqual([{ action: 'integration.revoked' }]);
  });

  test('the connection can be made anew', async () => {
    const { parts, id } = await refreshAnswered(refusal);
    await inTenant(() =>
      parts.transaction.run(async (tx) => {
        const mill = { id: `mill_${id}`, name: 'Mill', timeZone: 'UTC', currency: null };
        const account = { ...mill, test: false, details: {} };
        await parts.integrations.connect(tx, { id, provider: 'pepper' }, account, []);
        await parts.broker.keep(tx, id, {
          accessToken: new Secret('ppr_at_anew'),
          refreshToken: new Secret('ppr_rt_anew'),
          expiresAt: Date.now() + 3_600_000,
          refreshExpiresAt: null,
          scopes: [],
          grant: {},
        });
      }),
    );
    const access = await inTenant(() => parts.broker.access(id));
    expect(access.token.reveal()).toBe('ppr_at_anew');
  });
});

describe('after a passing refusal', () => {
  test('nobody asks again before it is time, and Retry-After says when', async () => {
    const { parts, id, error } = await refreshAnswered({
      status: 503,
      body: {},
      headers: { 'retry-after': '120' },
    });
    expect(error?.fields['retryAfterSeconds']).toBe(120);
    const { calls } = provider;
    await expect(inTenant(() => parts.broker.refused(id, 1))).rejects.toMatchObject({
      code: 'token_refresh_failed',
      fields: { trouble: 'resting' },
    });
    expect(provider.calls).toBe(calls);
  });

  test('a token that is not over goes on to serve', async () => {
    const { parts, id } = await refreshAnswered({ status: 503, body: {} });
    expect(await inTenant(() => parts.broker.access(id))).toMatchObject({ version: 1 });
  });

  test('an answer is no place to leave a token: errors and rows have none', async () => {
    const { error, id, parts } = await refreshAnswered({
      status: 500,
      body: { access_token: 'ppr_at_in_an_error', refresh_token: 'ppr_rt_in_an_error' },
    });
    const row = await inTenant(() => parts.grants.find(id));
    const all = [JSON.stringify(error), error?.stack, String(error?.cause), JSON.stringify(row)];
    expect(all.join('\n')).not.toMatch(/ppr_[ar]t_/);
  });
});
