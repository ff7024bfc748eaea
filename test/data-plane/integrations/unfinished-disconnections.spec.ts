import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AuditLog } from '../../../src/data-plane/audit/audit-log.js';
import { DisconnectIntegration } from '../../../src/data-plane/integrations/disconnect/disconnect-integration.js';
import { EndingsRepository } from '../../../src/data-plane/integrations/disconnect/endings.repository.js';
import { HeldTokens } from '../../../src/data-plane/integrations/disconnect/held-tokens.js';
import { OtherConnections } from '../../../src/data-plane/integrations/disconnect/other-connections.js';
import { RevokeAtProvider } from '../../../src/data-plane/integrations/disconnect/revoke-at-provider.js';
import { MarkRevoked } from '../../../src/data-plane/integrations/mark-revoked.js';
import { MetricStore } from '../../../src/data-plane/metrics/store/metric-store.js';
import { FinishEnding } from '../../../src/data-plane/sync/finish-ending.js';
import { RunSync } from '../../../src/data-plane/sync/run/run-sync.js';
import { SyncObserver } from '../../../src/data-plane/sync/sync-observer.js';
import { SyncSchedule } from '../../../src/data-plane/sync/sync-schedule.js';
import { SyncSettings } from '../../../src/data-plane/sync/sync.settings.js';
import { SyncWorker } from '../../../src/data-plane/sync/sync-worker.js';
import { TokenBroker } from '../../../src/data-plane/tokens/token-broker.js';
import { ProviderAccountDirectory } from '../../../src/data-plane/webhooks/provider-account-directory.js';
import { AppError } from '../../../src/kernel/app-error.js';
import { ADMIN_TOKEN, type Answer } from '../../support/test-app.js';
import { atTheStand } from './support/at-the-stand.js';
import type { Connecting } from './support/connect.js';
import { expectEnded, sweepLater } from './support/ended.js';

const here = atTheStand();
let connecting: Connecting;
let id: string;

beforeEach(async () => {
  connecting = await here.signUp();
  ({ id } = await connecting.connectAnother());
  here.stand.calls.length = 0;
});

afterEach(() => {
  jest.restoreAllMocks();
});

type Part = abstract new (...args: never[]) => object;

const get = <T>(part: abstract new (...args: never[]) => T): T =>
  here.app.app.get(part as never, { strict: false });

const disconnect = (): Promise<Answer> =>
  here.app.call('DELETE', `/v1/integrations/${id}`, { key: connecting.tenant.key });

const sweep = (): Promise<void> => sweepLater(here.app, id);

const inTenant = <T>(work: () => Promise<T>): Promise<T> =>
  here.app.foundation.tenancy.run(connecting.tenant.id, { kind: 'system', job: 'test' }, work);

const ends = async (): Promise<string[]> =>
  (await connecting.audit(id)).filter(
    (it) => it !== 'integration.created' && it !== 'integration.connected',
  );

/** Fails at the next call, before or after the part did its work. */
function breakNext(part: Part, method: string, when: 'before' | 'after', error: Error): void {
  const real = get(part) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const original = real[method]?.bind(real);
  jest.spyOn(real, method as never).mockImplementationOnce((async (...args: unknown[]) => {
    if (when === 'after') await original?.(...args);
    throw error;
  }) as never);
}

/** As if the process had ended there: what comes after it, giving the lease back too, does not happen. */
function dieAt(part: Part, method: string, when: 'before' | 'after'): void {
  const death = new Error('the process ended here');
  breakNext(part, method, when, death);
  const schedule = get(SyncSchedule);
  jest.spyOn(schedule, 'settle').mockRejectedValueOnce(death);
}

const dieEarly = () => dieAt(MetricStore, 'forget', 'before');

/** The key store and the secret store, as when Vault is sealed. */
function sealStores(): void {
  const sealed = new AppError('vault_sealed', 'Vault is sealed.');
  const { secrets } = here.app.foundation.tools;
  for (const method of ['get', 'list', 'destroy'] as const) {
    jest.spyOn(secrets, method).mockRejectedValue(sealed);
  }
  jest.spyOn(here.app.foundation.tools.keys, 'unwrap').mockRejectedValue(sealed);
  here.app.foundation.keys.drop(connecting.tenant.id);
}

const failures = () =>
  here.app.foundation.catalog.query<{ failures: number }>(
    'SELECT failures FROM sync_schedule WHERE integration_id = $1',
    [id],
  );

const STEPS: [string, Part, string, 'before' | 'after'][] = [
  ['right behind the commit', EndingsRepository, 'stageOf', 'before'],
  ['before the data is deleted', MetricStore, 'forget', 'before'],
  ['before webhooks stop finding it', ProviderAccountDirectory, 'remove', 'before'],
  ['before the tokens are read', HeldTokens, 'of', 'before'],
  ['before others are looked for', OtherConnections, 'sharing', 'before'],
  ['before the provider is told', RevokeAtProvider, 'execute', 'before'],
  ['when the provider was told', RevokeAtProvider, 'execute', 'after'],
  ['before the tokens are destroyed', TokenBroker, 'destroy', 'before'],
  ['when the tokens are destroyed', TokenBroker, 'destroy', 'after'],
  ['before the account is forgotten', EndingsRepository, 'finish', 'before'],
  ['before it goes off the schedule', SyncSchedule, 'giveUp', 'before'],
];

describe('a disconnection whose process ends', () => {
  it.each(STEPS)('%s is finished by a sweep', async (_where, part, method, when) => {
    dieAt(part, method, when);
    expect((await disconnect()).status).toBe(202);
    jest.restoreAllMocks();
    expect(await connecting.read(id)).toMatchObject({ status: 'disconnected', account: null });
    expect(await connecting.dueAt(id)).not.toBeNull();

    // Its lease is not over yet, and may not be taken.
    await get(SyncWorker).sweep();
    expect(get(SyncWorker).running).toBe(0);

    await sweep();
    await expectEnded(connecting, id);
    expect(here.stand.callsOf('/oauth/revoke').length).toBeGreaterThan(0);
    expect(await ends()).toEqual(['integration.disconnected']);
  });

  it('again and again in each of its steps is finished at last, and written down once', async () => {
    for (const [, part, method, when] of STEPS) {
      breakNext(part, method, when, new Error('the process ended here'));
      if (await connecting.read(id).then(({ status }) => status === 'active')) await disconnect();
      else await sweep();
      jest.restoreAllMocks();
    }
    await sweep();
    await expectEnded(connecting, id);
    expect(await ends()).toEqual(['integration.disconnected']);
  });

  it('before the commit has ended nothing: it is synced as before, and can be disconnected', async () => {
    jest.spyOn(get(AuditLog), 'append').mockRejectedValueOnce(new Error('the process ended here'));
    expect((await disconnect()).status).toBe(500);
    const end = get(SyncSchedule).end.bind(get(SyncSchedule));
    jest.spyOn(get(SyncSchedule), 'end').mockImplementationOnce(async (entry) => {
      await end(entry);
      throw new Error('the process ended here');
    });
    jest.spyOn(get(SyncSchedule), 'settle').mockRejectedValueOnce(new Error('and here'));
    expect((await disconnect()).status).toBe(500);
    expect(await ends()).toEqual([]);
    await sweep();
    expect(await connecting.read(id)).toMatchObject({ status: 'active', problem: null });
    expect((await connecting.read(id)).lastSyncedAt).not.toBeNull();
    expect(await connecting.dueAt(id)).toBeGreaterThan(Date.now());
    expect((await disconnect()).status).toBe(202);
    await expectEnded(connecting, id);
  });
});

describe('a disconnection that meets an outage', () => {
  it('of the key store answers as ever, has deleted the data, and is finished when the store is back', async () => {
    const first = await connecting.read(id);
    expect(first.status).toBe('active');
    sealStores();
    const answer = await disconnect();
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'disconnected', receipt: expect.stringMatching(/^rcp_/) },
    });
    expect(await connecting.isListed(id)).toBe(false);
    expect(here.stand.callsOf('/oauth/revoke')).toHaveLength(0);

    for (let times = 0; times < 3; times += 1) await sweep();
    const [row] = await failures();
    expect(row?.failures).toBe(4);
    expect(await connecting.dueAt(id)).toBeGreaterThan(Date.now());
    expect((await disconnect()).body).toEqual(answer.body);

    jest.restoreAllMocks();
    await sweep();
    await expectEnded(connecting, id);
    expect(here.stand.callsOf('/oauth/revoke')).toHaveLength(1);
    expect(await ends()).toEqual(['integration.disconnected']);
  });

  it('is finished at once by who asks again when it is over', async () => {
    sealStores();
    const answer = await disconnect();
    jest.restoreAllMocks();
    expect((await disconnect()).body).toEqual(answer.body);
    await expectEnded(connecting, id);
  });

  it('of the catalog is not begun, and says so', async () => {
    const away = new AppError('database_unavailable', 'The database is away.');
    jest.spyOn(get(SyncSchedule), 'end').mockRejectedValueOnce(away);
    expect(await disconnect()).toMatchObject({ status: 503, body: { code: away.code } });
    expect(await connecting.read(id)).toMatchObject({ status: 'active' });
    expect(await ends()).toEqual([]);
  });
});

describe('what leads the sweep to it', () => {
  it('is there although nothing of it was scheduled any more', async () => {
    await inTenant(() => get(MarkRevoked).execute(id, 'call-refused'));
    expect(await connecting.dueAt(id)).toBeNull();
    dieEarly();
    await disconnect();
    await sweep();
    await expectEnded(connecting, id);
    expect(await ends()).toEqual(['integration.disconnected', 'integration.revoked']);
  });

  it('stays when the provider tells meanwhile that access was taken back', async () => {
    dieEarly();
    await disconnect();
    await inTenant(() => get(MarkRevoked).execute(id, 'provider-told'));
    await sweep();
    await expectEnded(connecting, id);
    expect(await ends()).toEqual(['integration.disconnected']);
  });

  it('is there for one that was never connected', async () => {
    ({ id } = await connecting.begin());
    dieEarly();
    await disconnect();
    await sweep();
    await expectEnded(connecting, id);
  });

  it('is followed while the tenant is suspended, and nothing else of that tenant is done', async () => {
    const { id: other } = await connecting.connectAnother();
    dieEarly();
    await disconnect();
    const path = `/admin/tenants/${connecting.tenant.id}`;
    await here.app.call('POST', `${path}/suspend`, { key: ADMIN_TOKEN, body: {} });
    here.stand.calls.length = 0;
    await sweep();
    expect(here.stand.calls.map((call) => call.path)).toEqual(['/oauth/revoke']);
    await here.app.call('POST', `${path}/resume`, { key: ADMIN_TOKEN, body: {} });
    await expectEnded(connecting, id);
    expect(await connecting.read(other)).toMatchObject({ status: 'active', lastSyncedAt: null });
  });

  it('is followed while the account is being closed', async () => {
    dieEarly();
    await disconnect();
    const { slug, password, key } = connecting.tenant;
    const body = { confirm: slug, password, graceDays: 7 };
    expect((await here.app.call('POST', '/v1/account/closure', { key, body })).status).toBe(202);
    await sweep();
    expect(here.stand.callsOf('/oauth/revoke')).toHaveLength(1);
    await expectEnded(connecting, id);
  });

  it('leads the sweeps of two workers at once to one finishing', async () => {
    dieEarly();
    await disconnect();
    await here.app.foundation.catalog.query(
      'UPDATE sync_schedule SET lease_until = now() WHERE integration_id = $1',
      [id],
    );
    const workers = [1, 2].map(
      () =>
        new SyncWorker(
          here.app.foundation.tenancy,
          get(SyncSchedule),
          get(RunSync),
          get(FinishEnding),
          get(SyncObserver),
          get(SyncSettings),
        ),
    );
    await Promise.all(workers.map((worker) => worker.sweep()));
    await Promise.all(workers.map((worker) => worker.idle()));
    await expectEnded(connecting, id);
    expect(here.stand.callsOf('/oauth/revoke')).toHaveLength(1);
  });
});

describe('two that finish at once', () => {
  it('a sweep and who asks again: the second answers at once, and it is done once', async () => {
    dieAt(MetricStore, 'forget', 'before');
    const first = await disconnect();
    jest.restoreAllMocks();
    const forget = get(MetricStore).forget.bind(get(MetricStore));
    let answer: Answer | undefined;
    jest.spyOn(get(MetricStore), 'forget').mockImplementationOnce(async (tx, integrationId) => {
      answer = await disconnect();
      return forget(tx, integrationId);
    });
    await sweep();
    expect(answer).toMatchObject({ status: 202, body: first.body });
    await expectEnded(connecting, id);
    expect(here.stand.callsOf('/oauth/revoke')).toHaveLength(1);
    expect(await ends()).toEqual(['integration.disconnected']);
  });

  it('both of whom have it, because a lease ran out, come to the same end', async () => {
    dieAt(MetricStore, 'forget', 'before');
    const { body } = await disconnect();
    jest.restoreAllMocks();
    const again = () => inTenant(() => get(DisconnectIntegration).execute(id));
    const all = await Promise.all([sweep(), again(), sweep(), again()]);
    expect(all[1]?.receipt).toBe(body.receipt);
    await sweep();
    await expectEnded(connecting, id);
    expect(await ends()).toEqual(['integration.disconnected']);
  });
});
