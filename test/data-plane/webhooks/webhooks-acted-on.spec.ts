import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MarkRevoked } from '../../../src/data-plane/integrations/mark-revoked.js';
import { SyncSchedule } from '../../../src/data-plane/sync/sync-schedule.js';
import { TokenBroker } from '../../../src/data-plane/tokens/token-broker.js';
import { ProviderAccountDirectory } from '../../../src/data-plane/webhooks/provider-account-directory.js';
import { newId } from '../../../src/kernel/ids.js';
import type { SignedUp, TestApp } from '../../support/test-app.js';
import {
  type RotatingProvider,
  startRotatingProvider,
} from '../tokens/support/rotating-provider.js';
import {
  connectMill,
  deliver,
  scheduleOf,
  startPepperApp,
  statusOf,
  type Told,
} from './support/pepper-app.js';

let app: TestApp;
let provider: RotatingProvider;
let a: SignedUp;
let b: SignedUp;
let mill: string;

beforeAll(async () => {
  provider = await startRotatingProvider({ grace: false });
  app = await startPepperApp(provider.url);
  a = await app.signUp({ isolation: 'schema' });
  b = await app.signUp({ isolation: 'schema' });
}, 90_000);

beforeEach(() => {
  mill = newId('mil');
});

afterAll(async () => {
  await app.close();
  await provider.close();
});

function event(type: Told['type'], more: Partial<Told> = {}): Told {
  return { id: newId('evt'), mill, type, ...more };
}

async function actionsOf(tenant: SignedUp, id: string): Promise<string[]> {
  const { body } = await app.call('GET', '/v1/audit-log?limit=100', { key: tenant.key });
  const events = body.items as { action: string; targetId: string | null }[];
  return events.filter(({ targetId }) => targetId === id).map(({ action }) => action);
}

describe('a hint that something changed', () => {
  test('has the account read soon, for each tenant that reads it, and for nobody else', async () => {
    const ofA = await connectMill(app, a.id, mill);
    const ofB = await connectMill(app, b.id, mill);
    const another = await connectMill(app, b.id, newId('mil'));
    await deliver(app, [event('grind.done')]);

    for (const id of [ofA, ofB]) {
      const entry = await scheduleOf(app, id);
      expect(entry?.cause).toBe('webhook');
      expect(entry?.due_at.getTime()).toBeLessThan(Date.now() + 60_000);
    }
    expect(await scheduleOf(app, another)).toBeUndefined();
  });

  test('of several accounts in one delivery reaches them all', async () => {
    const mills = [newId('mil'), newId('mil'), newId('mil')];
    const ids = await Promise.all(mills.map((name) => connectMill(app, a.id, name)));
    await deliver(
      app,
      mills.map((name) => event('grind.done', { mill: name })),
    );
    for (const id of ids) expect(await scheduleOf(app, id)).toMatchObject({ cause: 'webhook' });
  });

  test('is dropped the second time', async () => {
    const id = await connectMill(app, a.id, mill);
    const first = [event('grind.done')];
    await deliver(app, first);
    const schedule = app.app.get(SyncSchedule, { strict: false });
    const { tenancy } = app.foundation;
    await tenancy.run(a.id, { kind: 'system', job: 'test' }, () => schedule.remove(id));
    expect(await deliver(app, first)).toMatchObject({ status: 200 });
    expect(await scheduleOf(app, id)).toBeUndefined();
    // A new one beside the old one counts.
    await deliver(app, [...first, event('grind.done')]);
    expect(await scheduleOf(app, id)).toBeDefined();
  });

  test('of an unknown kind is remembered and nothing more', async () => {
    const id = await connectMill(app, a.id, mill);
    expect(await deliver(app, [event('mill.cleaned')])).toMatchObject({ status: 200 });
    expect(await scheduleOf(app, id)).toBeUndefined();
    expect(await statusOf(app, a.id, id)).toBe('active');
  });
});

describe('a word that access was taken back', () => {
  test('marks the integration of every tenant, ends its tokens and its syncs', async () => {
    const ofA = await connectMill(app, a.id, mill);
    const ofB = await connectMill(app, b.id, mill);
    await deliver(app, [event('app.removed'), event('grind.done')]);

    for (const [tenant, id] of [
      [a, ofA],
      [b, ofB],
    ] as const) {
      expect(await statusOf(app, tenant.id, id)).toBe('revoked');
      expect(await scheduleOf(app, id)).toBeUndefined();
      expect(await actionsOf(tenant, id)).toEqual(['integration.revoked']);
    }
    expect(
      (await app.foundation.tools.secrets.list(a.id)).filter((name) => name.includes(ofA)),
    ).toEqual([]);
  });

  test('ten times at once is written down once', async () => {
    const id = await connectMill(app, a.id, mill);
    const told = [event('app.removed')];
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(app, told)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await statusOf(app, a.id, id)).toBe('revoked');
    expect(await actionsOf(a, id)).toEqual(['integration.revoked']);
  });

  test('that is older than the connection is about the one before it', async () => {
    const id = await connectMill(app, a.id, mill);
    await deliver(app, [event('app.removed', { before: Date.now() - 60_000 })]);
    expect(await statusOf(app, a.id, id)).toBe('active');
    await deliver(app, [event('app.removed', { before: Date.now() + 1_000 })]);
    expect(await statusOf(app, a.id, id)).toBe('revoked');
  });

  test('that cannot be written down is not answered as if it were, and is done when it comes again', async () => {
    const ofA = await connectMill(app, a.id, mill);
    const other = newId('mil');
    const fine = await connectMill(app, b.id, other);
    const markRevoked = app.app.get(MarkRevoked, { strict: false });
    const broken = jest.spyOn(markRevoked, 'execute').mockRejectedValueOnce(new Error('disk full'));
    const told = [event('app.removed'), event('grind.done', { mill: other })];

    const answer = await deliver(app, told);
    expect(answer).toMatchObject({ status: 503, body: { code: 'webhook_not_taken' } });
    expect(answer.headers.get('retry-after')).toBe('30');
    expect(await statusOf(app, a.id, ofA)).toBe('active');
    expect(await scheduleOf(app, fine)).toMatchObject({ cause: 'webhook' });

    broken.mockRestore();
    expect(await deliver(app, told)).toMatchObject({ status: 200 });
    expect(await statusOf(app, a.id, ofA)).toBe('revoked');
  });

  test('is done again when the process died before it was remembered', async () => {
    const id = await connectMill(app, a.id, mill);
    const directory = app.app.get(ProviderAccountDirectory, { strict: false });
    const dying = jest.spyOn(directory, 'note').mockRejectedValueOnce(new Error('killed'));
    const told = [event('app.removed')];
    expect((await deliver(app, told)).status).toBe(500);
    dying.mockRestore();
    expect(await deliver(app, told)).toMatchObject({ status: 200 });
    expect(await statusOf(app, a.id, id)).toBe('revoked');
    expect(await actionsOf(a, id)).toEqual(['integration.revoked']);
  });

  test('reaches a suspended account too', async () => {
    const c = await app.signUp({ isolation: 'schema' });
    const id = await connectMill(app, c.id, mill);
    await app.call('POST', `/admin/tenants/${c.id}/suspend`, {
      key: 'adm_test-token-of-this-run-0123456789',
      body: {},
    });
    expect(await deliver(app, [event('app.removed')])).toMatchObject({ status: 200 });
    expect(await statusOf(app, c.id, id)).toBe('revoked');
  });
});

describe('a request to erase', () => {
  test('is written down and ends the connection', async () => {
    const id = await connectMill(app, a.id, mill);
    // The provider does not know these tokens: access is gone there.
    expect(await deliver(app, [event('mill.erase')])).toMatchObject({ status: 200 });
    expect(await statusOf(app, a.id, id)).toBe('revoked');
    expect(await actionsOf(a, id)).toEqual(
      expect.arrayContaining(['integration.erase-requested', 'integration.revoked']),
    );
  });

  test('that follows an earlier removal does not end what was connected anew since', async () => {
    const id = await connectMill(app, a.id, mill);
    const broker = app.app.get(TokenBroker, { strict: false });
    const good = jest.spyOn(broker, 'stands').mockResolvedValueOnce(true);
    await deliver(app, [event('mill.erase')]);
    good.mockRestore();
    expect(await statusOf(app, a.id, id)).toBe('active');
    expect(await actionsOf(a, id)).toEqual(['integration.erase-requested']);
  });
});

describe('events that were taken in', () => {
  test('are kept as hashes, and forgotten in time', async () => {
    const told = event('grind.done');
    await deliver(app, [told]);
    const catalog = app.config.catalogDatabase;
    const rows = await app.look<{ row: string }>(
      catalog,
      'SELECT row_to_json(w)::text AS row FROM webhook_events w',
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ row }) => row).join('\n')).not.toContain(told.id);

    await app.look(catalog, `UPDATE webhook_events SET received_at = now() - interval '15 days'`);
    const directory = app.app.get(ProviderAccountDirectory, { strict: false });
    expect(await directory.deleteOldEvents()).toBe(rows.length);
    expect(await app.look(catalog, 'SELECT FROM webhook_events')).toEqual([]);
  });
});
