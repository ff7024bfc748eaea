import { fileURLToPath } from 'node:url';
import type { Config } from '../../../../config/load.js';
import { IntegrationsRepository } from '../../../../src/data-plane/integrations/integrations.repository.js';
import { KeyedTransaction } from '../../../../src/data-plane/keyed-transaction.js';
import { MetricStore } from '../../../../src/data-plane/metrics/store/metric-store.js';
import { type NextSync, RunSync } from '../../../../src/data-plane/sync/run/run-sync.js';
import { type SyncCause, SyncSchedule } from '../../../../src/data-plane/sync/sync-schedule.js';
import { SyncSettings } from '../../../../src/data-plane/sync/sync.settings.js';
import { SyncWorker } from '../../../../src/data-plane/sync/sync-worker.js';
import { TokenBroker } from '../../../../src/data-plane/tokens/token-broker.js';
import { addDays, type Day } from '../../../../src/kernel/calendar.js';
import { newId } from '../../../../src/kernel/ids.js';
import { Secret } from '../../../../src/kernel/secret.js';
import { type SignedUp, startTestApp, type TestApp } from '../../../support/test-app.js';
import { controlUrl } from '../../../support/test-postgres.js';
import type { TeaAccount, TeapotServer } from './teapot-server.js';

export const FIXTURES = fileURLToPath(new URL('../../../connectors/fixtures', import.meta.url));
const ACTOR = { kind: 'system', job: 'test' } as const;

export interface Connected {
  tenant: SignedUp;
  id: string;
  account: TeaAccount;
}

/** A whole NuMoon whose tests say when it is what time and when something is synced. */
export class SyncApp {
  readonly settings: SyncSettings;
  readonly worker: SyncWorker;
  readonly schedule: SyncSchedule;

  constructor(
    readonly app: Pick<
      TestApp,
      'app' | 'foundation' | 'config' | 'call' | 'signUp' | 'look' | 'close'
    >,
    readonly teapot: TeapotServer,
  ) {
    this.settings = this.get(SyncSettings);
    this.worker = this.get(SyncWorker);
    this.schedule = this.get(SyncSchedule);
  }

  static async start(teapot: TeapotServer, config: Partial<Config> = {}): Promise<SyncApp> {
    const overrides = { providers: teapot.settings, role: 'api' as const, ...config };
    const app = await startTestApp(overrides, controlUrl(), { connectorFolders: [FIXTURES] });
    return new SyncApp(app, teapot);
  }

  get<T>(what: abstract new (...args: never[]) => T): T {
    return this.app.app.get(what as never, { strict: false });
  }

  in<T>(tenant: SignedUp, work: () => Promise<T>): Promise<T> {
    return this.app.foundation.tenancy.run(tenant.id, ACTOR, work);
  }

  /** An active integration, as connecting leaves it; not yet due. */
  async connect(account: TeaAccount, tenant?: SignedUp, id = newId('int')): Promise<Connected> {
    const owner = tenant ?? (await this.app.signUp());
    const integrations = this.get(IntegrationsRepository);
    await this.in(owner, () =>
      this.get(KeyedTransaction).run(async (tx) => {
        await integrations.add(tx, { id, provider: 'teapot', params: {} });
        await integrations.connect(
          tx,
          { id, provider: 'teapot' },
          {
            id: account.id,
            name: 'The Teapot',
            timeZone: account.zone,
            currency: account.currency,
            test: false,
            details: {},
          },
        );
        await this.get(TokenBroker).keep(tx, id, {
          accessToken: new Secret(account.key),
          refreshToken: null,
          expiresAt: Date.parse('2100-01-01'),
          refreshExpiresAt: null,
          scopes: [],
          grant: {},
        });
      }),
    );
    return { tenant: owner, id, account };
  }

  /** One turn, by hand. */
  turn(
    { tenant, id }: Connected,
    signal = new AbortController().signal,
    cause: SyncCause = 'schedule',
  ): Promise<NextSync> {
    const order = { integrationId: id, cause, failures: 0 };
    return this.in(tenant, () => this.get(RunSync).execute(order, signal));
  }

  /** Turns until nothing is left to do now. */
  async syncFully(connected: Connected): Promise<void> {
    for (let turns = 0; turns < 200; turns += 1) {
      const next = await this.turn(connected);
      if (next === null || next === 'lost') throw new Error(`The sync ended with ${next}.`);
      if (next.dueAt.getTime() > this.settings.now()) return;
    }
    throw new Error('The sync does not come to an end.');
  }

  /** What is stored: `metric|currency|kind|day` to value. */
  async stored(
    { tenant, id }: Connected,
    from: Day,
    to: Day,
    metrics: readonly string[] = ['tea.revenue', 'tea.pots', 'tea.shared'],
  ): Promise<Record<string, number>> {
    const data = await this.in(tenant, () =>
      this.get(MetricStore).read({ metrics, from, to, integrationIds: [id] }),
    );
    const values = new Map<string, number>();
    for (const { metric, currency, dimensions, values: days } of data.series) {
      days.forEach((value, at) => {
        const key = `${metric}|${currency ?? ''}|${dimensions['kind'] ?? ''}|${addDays(from, at)}`;
        if (!Number.isNaN(value)) values.set(key, value);
      });
    }
    return Object.fromEntries([...values].sort());
  }

  /** Days known of a metric: 0 never read, 1 final, 2 may still change. */
  async coverage({ tenant, id }: Connected, metric: string, from: Day, to: Day): Promise<number[]> {
    const { coverage } = await this.in(tenant, () =>
      this.get(MetricStore).read({ metrics: [metric], from, to, integrationIds: [id] }),
    );
    return [...(coverage[0]?.days ?? [])];
  }

  async runs({ tenant, id }: Connected) {
    const answer = await this.app.call('GET', `/v1/integrations/${id}/runs`, { key: tenant.key });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.teapot.close();
  }
}
