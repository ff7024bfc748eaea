import { beforeEach, describe, expect, it } from '@jest/globals';
import { TokenBroker } from '../../../src/data-plane/tokens/token-broker.js';
import type { Answer } from '../../support/test-app.js';
import { atTheStand } from './support/at-the-stand.js';
import type { Connecting } from './support/connect.js';
import { expectEnded } from './support/ended.js';

const here = atTheStand();
let connecting: Connecting;
let id: string;

beforeEach(async () => {
  connecting = await here.signUp();
  ({ id } = await connecting.connectAnother());
});

const disconnect = (): Promise<Answer> =>
  here.app.call('DELETE', `/v1/integrations/${id}`, { key: connecting.tenant.key });

const expectAllGone = () => expectEnded(connecting, id);

describe('disconnecting an integration', () => {
  it('answers with a receipt and by when its data is gone', async () => {
    const answer = await disconnect();
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'disconnected', receipt: expect.stringMatching(/^rcp_[a-z0-9]{20}$/) },
    });
    const hours = (Date.parse(answer.body.dataDeletionDueAt) - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
  });

  it('revokes at the provider with the tokens it had, and then has none', async () => {
    const calls = here.stand.callsOf('/oauth/revoke').length;
    await disconnect();
    const [call] = here.stand.callsOf('/oauth/revoke').slice(calls);
    const token = new URLSearchParams(call?.body).get('token');
    expect(call?.headers.authorization).toBe(`Bearer ${token}`);
    await expectAllGone();
  });

  it('refuses access at once', async () => {
    await disconnect();
    const access = here.app.foundation.tenancy.run(
      connecting.tenant.id,
      { kind: 'system', job: 'test' },
      () => here.app.app.get(TokenBroker, { strict: false }).access(id),
    );
    await expect(access).rejects.toMatchObject({ code: 'grant_missing' });
    expect(await connecting.read(id)).toMatchObject({ status: 'disconnected', account: null });
    const list = await here.app.call('GET', '/v1/integrations', { key: connecting.tenant.key });
    expect(list.body.items).toEqual([]);
  });

  it('is repeatable, with the same receipt, and written down once', async () => {
    const first = await disconnect();
    const again = await Promise.all([disconnect(), disconnect()]);
    for (const answer of again) expect(answer.body).toEqual(first.body);
    const ends = (await connecting.audit(id)).filter((it) => it === 'integration.disconnected');
    expect(ends).toHaveLength(1);
  });

  it('ends it here also when the provider cannot be told', async () => {
    here.stand.trouble('/oauth/revoke', { status: 500, body: 'no' });
    expect((await disconnect()).status).toBe(202);
    await expectAllGone();
  });

  it('frees the account for another integration', async () => {
    await disconnect();
    const { id: next } = await connecting.connect();
    expect(await connecting.read(next)).toMatchObject({ status: 'active' });
  });

  it('of one that was never connected works too', async () => {
    ({ id } = await connecting.begin());
    expect((await disconnect()).status).toBe(202);
    await expectAllGone();
  });
});
