import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Account } from '../../../src/connectors/kit/account.js';
import { OtherConnections } from '../../../src/data-plane/integrations/disconnect/other-connections.js';
import { MarkRevoked } from '../../../src/data-plane/integrations/mark-revoked.js';
import { SyncSchedule } from '../../../src/data-plane/sync/sync-schedule.js';
import { GrantsRepository } from '../../../src/data-plane/tokens/grants.repository.js';
import { TokenBroker } from '../../../src/data-plane/tokens/token-broker.js';
import { randomWord } from '../../../src/kernel/ids.js';
import type { Answer } from '../../support/test-app.js';
import { atTheStand } from './support/at-the-stand.js';
import type { Connecting } from './support/connect.js';
import { expectEnded, sweepLater } from './support/ended.js';
import { LEMON_BERLIN } from './support/lemon-stand.js';

/** A connection of a tenant of its own; at this provider an end of access ends all of the account. */
interface Connection {
  of: Connecting;
  id: string;
}

const here = atTheStand();
let account: Account;
let a: Connection;
let b: Connection;

beforeEach(async () => {
  account = { ...LEMON_BERLIN, id: `stand-${randomWord(8)}` };
  a = await connect();
  b = await connect();
  here.stand.calls.length = 0;
});

afterEach(() => {
  jest.restoreAllMocks();
});

async function connect(of?: Connecting): Promise<Connection> {
  const connecting = of ?? (await here.signUp());
  const { id } = await connecting.connect([account]);
  return { of: connecting, id };
}

const get = <T>(part: abstract new (...args: never[]) => T): T =>
  here.app.app.get(part as never, { strict: false });

const disconnect = ({ of, id }: Connection): Promise<Answer> =>
  here.app.call('DELETE', `/v1/integrations/${id}`, { key: of.tenant.key });

const inTenantOf = <T>({ of }: Connection, work: () => Promise<T>): Promise<T> =>
  here.app.foundation.tenancy.run(of.tenant.id, { kind: 'system', job: 'test' }, work);

const accessOf = (it: Connection) => inTenantOf(it, () => get(TokenBroker).access(it.id));

/** The access tokens with which the provider was told that access is to end. */
const told = (): string[] =>
  here.stand
    .callsOf('/oauth/revoke')
    .map(({ body }) => new URLSearchParams(body).get('token') ?? '');

const ends = async ({ of, id }: Connection): Promise<string[]> =>
  (await of.audit(id)).filter((it) => !/created|connected$/.test(it) || /disconnected/.test(it));

const shape = ({ status, body }: Answer) => ({ status, names: Object.keys(body).sort() });

const seen = async ({ of, id }: Connection) => Object.keys(await of.read(id)).sort();

/** As if the process had ended there. */
function dieAt(part: abstract new (...args: never[]) => object, method: string): void {
  const death = new Error('the process ended here');
  const real = get(part) as Record<string, () => Promise<never>>;
  jest.spyOn(real, method).mockRejectedValueOnce(death);
  jest.spyOn(get(SyncSchedule), 'settle').mockRejectedValueOnce(death);
}

describe('an account that two tenants have connected', () => {
  it('is left at the provider when the first of them leaves, whose own tokens are gone', async () => {
    const { token } = await accessOf(b);
    expect((await disconnect(a)).status).toBe(202);
    await expectEnded(a.of, a.id);
    expect(told()).toEqual([]);
    expect(await b.of.read(b.id)).toMatchObject({ status: 'active' });
    expect((await accessOf(b)).token.reveal()).toBe(token.reveal());
  });

  it('is ended at the provider when the last one leaves', async () => {
    const { token } = await accessOf(b);
    await disconnect(a);
    await disconnect(b);
    expect(told()).toEqual([token.reveal()]);
    await expectEnded(b.of, b.id);
  });

  it('is not told to either of them: answers and logs are those of an account of their own', async () => {
    const [shared, last] = [await disconnect(a), await disconnect(b)];
    expect(shape(shared)).toEqual(shape(last));
    expect(await ends(a)).toEqual(await ends(b));
    expect(await ends(a)).toEqual(['integration.disconnected']);
    expect(await seen(a)).toEqual(await seen(b));
  });

  it('is ended at the provider where both leave at once', async () => {
    for (let times = 0; times < 5; times += 1) {
      const tokens = [(await accessOf(a)).token.reveal(), (await accessOf(b)).token.reveal()];
      here.stand.calls.length = 0;
      await Promise.all([disconnect(a), disconnect(b)]);
      expect(told().length).toBeGreaterThan(0);
      expect(tokens).toEqual(expect.arrayContaining(told()));
      [a, b] = [await connect(), await connect()];
    }
  });

  it('is ended by the second to look, where the first one did while both were still there', async () => {
    const { token } = await accessOf(b);
    const others = get(OtherConnections);
    const sharing = others.sharing.bind(others);
    let during: Promise<Answer> | undefined;
    jest.spyOn(others, 'sharing').mockImplementationOnce(async (...asked) => {
      const found = await sharing(...asked);
      during = disconnect(b);
      await during;
      return found;
    });
    await disconnect(a);
    expect(told()).toEqual([token.reveal()]);
  });

  it('is ended by who is finished late, when the other has gone meanwhile', async () => {
    const tokens = [(await accessOf(a)).token.reveal(), (await accessOf(b)).token.reveal()];
    // Found the other one, left access, and died.
    dieAt(TokenBroker, 'destroy');
    await disconnect(a);
    expect(told()).toEqual([]);
    await disconnect(b);
    expect(told()).toEqual([tokens[1]]);
    await sweepLater(here.app, a.id);
    expect(told()).toEqual(tokens.toReversed());
    await expectEnded(a.of, a.id);
  });

  it('is left by who is finished late, when it was connected anew meanwhile', async () => {
    await disconnect(b);
    here.stand.calls.length = 0;
    dieAt(OtherConnections, 'sharing');
    await disconnect(a);
    b = await connect();
    await sweepLater(here.app, a.id);
    await expectEnded(a.of, a.id);
    expect(told()).toEqual([]);
    expect(await b.of.read(b.id)).toMatchObject({ status: 'active' });
  });
});

describe('another connection', () => {
  it('of the tenant itself keeps access too, and the log says so', async () => {
    dieAt(OtherConnections, 'sharing');
    await disconnect(a);
    const next = await connect(a.of);
    await sweepLater(here.app, a.id);
    expect(told()).toEqual([]);
    expect(await ends(a)).toEqual(['integration.access-kept', 'integration.disconnected']);
    // Of another tenant's the log says nothing.
    await disconnect(next);
    expect(told()).toEqual([]);
    expect(await ends(next)).toEqual(['integration.disconnected']);
    await disconnect(b);
    expect(told()).toHaveLength(1);
  });

  it('whose access was taken back does not count', async () => {
    await inTenantOf(b, () => get(MarkRevoked).execute(b.id, 'refresh-refused'));
    await disconnect(a);
    expect(told()).toHaveLength(1);
  });

  it('that is being ended itself does not count', async () => {
    dieAt(OtherConnections, 'sharing');
    await disconnect(b);
    await disconnect(a);
    expect(told()).toHaveLength(1);
    await sweepLater(here.app, b.id);
    await expectEnded(b.of, b.id);
  });

  it('of a tenant that cannot be asked counts, and nobody waits for it', async () => {
    jest.spyOn(get(GrantsRepository), 'statusOf').mockRejectedValueOnce(new Error('away'));
    await disconnect(a);
    expect(told()).toEqual([]);
    await expectEnded(a.of, a.id);
  });

  it('of another account at the same provider does not matter', async () => {
    const { of, id } = a;
    const other = await of.connectAnother();
    await disconnect({ of, id: other.id });
    expect(told()).toHaveLength(1);
    expect(await of.read(id)).toMatchObject({ status: 'active' });
  });
});
