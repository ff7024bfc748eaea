import { beforeAll, describe, expect, it } from '@jest/globals';
import { TokenBroker } from '../../../src/data-plane/tokens/token-broker.js';
import { plant } from '../../support/canaries/registry.js';
import { atTheStand } from './support/at-the-stand.js';
import type { Connecting } from './support/connect.js';
import { LEMON_BERLIN } from './support/lemon-stand.js';

const here = atTheStand();
let connecting: Connecting;

beforeAll(async () => {
  connecting = await here.signUp();
});

const create = (credentials: unknown, params: unknown = { region: 'eu' }) =>
  here.app.call('POST', '/v1/integrations', {
    key: connecting.tenant.key,
    body: { provider: 'lemon-key', params, credentials },
  });

const integrations = async (): Promise<unknown[]> =>
  (await here.app.call('GET', '/v1/integrations', { key: connecting.tenant.key })).body.items;

describe('a provider that is connected with a key', () => {
  it('keeps nothing of a key that the provider does not take', async () => {
    const answer = await create({ user: 'lemon', secret: plant('text') });
    expect(answer).toMatchObject({ status: 422, body: { code: 'credentials_refused' } });
    expect(await integrations()).toEqual([]);
    expect((await connecting.secrets()).filter((name) => name.startsWith('oauth-'))).toEqual([]);
    const log = await here.app.call('GET', '/v1/audit-log', { key: connecting.tenant.key });
    expect(log.body.items).toContainEqual(
      expect.objectContaining({
        action: 'integration.connect-failed',
        details: { provider: 'lemon-key', code: 'connect_not_permitted' },
      }),
    );
  });

  it('keeps nothing when the provider cannot be asked', async () => {
    for (let i = 0; i < 3; i += 1) here.stand.trouble('/v1/accounts', { status: 503, body: '{}' });
    const answer = await create(here.stand.key);
    expect(answer).toMatchObject({ status: 503, body: { code: 'connect_provider_away' } });
    expect(await integrations()).toEqual([]);
  });

  it.each([
    ['a part missing', { user: 'lemon' }, 'credentials.secret'],
    ['a part of another form', { user: 'lemon', secret: 'short' }, 'credentials.secret'],
    ['a part too many', { user: 'lemon', secret: 'abcdefghijkl', more: 'x' }, 'credentials'],
    ['no texts', { user: 1, secret: {} }, 'credentials'],
  ])('is not even asked with %s', async (_what, credentials, path) => {
    const calls = here.stand.calls.length;
    const answer = await create(credentials);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(here.stand.calls).toHaveLength(calls);
  });

  it('is connected at once with one that it takes, and its key is in the secret store', async () => {
    const answer = await create(here.stand.key);
    expect(answer).toMatchObject({ status: 201, body: { id: expect.any(String) } });
    expect(answer.body.authorizeUrl).toBeUndefined();
    const { id } = answer.body;
    expect(await connecting.read(id)).toMatchObject({
      status: 'active',
      account: { name: LEMON_BERLIN.name },
    });
    expect((await connecting.audit(id)).toSorted()).toEqual([
      'integration.connected',
      'integration.created',
    ]);
    const access = await here.app.foundation.tenancy.run(
      connecting.tenant.id,
      { kind: 'system', job: 'test' },
      () => here.app.app.get(TokenBroker, { strict: false }).access(id),
    );
    const { user, secret } = here.stand.key;
    expect(access.token.reveal()).toBe(Buffer.from(`${user}:${secret}`).toString('base64'));
  });

  it('is not connected twice', async () => {
    expect(await create(here.stand.key)).toMatchObject({
      status: 409,
      body: { code: 'connect_account_taken' },
    });
    expect(await integrations()).toHaveLength(1);
  });

  it('takes a new key for the same account', async () => {
    const [{ id }] = (await integrations()) as [{ id: string }];
    const answer = await here.app.call('POST', `/v1/integrations/${id}/reconnect`, {
      key: connecting.tenant.key,
      body: { credentials: here.stand.key },
    });
    expect(answer).toMatchObject({ status: 201, body: { id } });
    expect(await connecting.audit(id)).toContain('integration.reconnected');
  });
});
