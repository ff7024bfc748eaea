import { Injectable } from '@nestjs/common';
import type { WebhookEvent } from '../../connectors/kit/webhooks.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { SyncSchedule } from '../sync/sync-schedule.js';
import { EndByProvider } from './end-by-provider.js';
import { type AccountHolder, ProviderAccountDirectory } from './provider-account-directory.js';
import { WebhookNotTakenError } from './webhooks.errors.js';

/** A burst of hints becomes one sync, and what was just written can be read by then. */
const DELAY_MS = 15_000;

const ACTOR = { kind: 'system', job: 'webhooks.receive' } as const;

/** Hints first: what ends a connection also takes it off the schedule. */
const ORDER: Readonly<Record<WebhookEvent['kind'], number>> = {
  ignored: 0,
  changed: 1,
  revoked: 2,
  erase: 3,
};

/**
 * Does what the events of one genuine delivery say, and then remembers them. Everything here is
 * repeatable, so it is done before it is remembered: who dies between does it again when the provider
 * sends it again, and nothing is lost. Two of the same at once do it twice, to the same end.
 */
@Injectable()
export class ActOnEvents {
  constructor(
    private readonly directory: ProviderAccountDirectory,
    private readonly schedule: SyncSchedule,
    private readonly tenancy: Tenancy,
    private readonly end: EndByProvider,
  ) {}

  /** @throws WebhookNotTakenError where one failed; the others are done and remembered */
  async execute(provider: string, events: readonly WebhookEvent[]): Promise<void> {
    if (events.length === 0) return;
    const unseen = await this.directory.unseen(
      provider,
      events.map(({ id }) => id),
    );
    const fresh = events.filter(({ id }) => unseen.has(id));
    const done = new Set(fresh.map(({ id }) => id));
    const failures: unknown[] = [];
    for (const group of grouped(fresh)) {
      try {
        await this.#act(provider, group);
      } catch (error) {
        failures.push(error);
        for (const { id } of group) done.delete(id);
      }
    }
    if (done.size > 0) await this.directory.note(provider, [...done]);
    if (failures.length > 0) throw new WebhookNotTakenError(provider, failures.length, failures[0]);
  }

  /** Several of one account and kind are one act. */
  async #act(provider: string, group: readonly WebhookEvent[]): Promise<void> {
    const [event] = group;
    if (event === undefined || event.kind === 'ignored') return;
    const { accountId } = event;
    const holders = await this.tenancy.central(() => this.directory.find(provider, accountId));
    for (const holder of holders) {
      await this.#actFor(holder, event.kind, latest(group));
    }
  }

  async #actFor(
    holder: AccountHolder,
    kind: Exclude<WebhookEvent['kind'], 'ignored'>,
    before: number | undefined,
  ): Promise<void> {
    // One that was not meant is read at once: clocks may be wrong, and the provider's answer is not.
    if (kind !== 'changed' && (await this.end.execute(holder, kind, before))) return;
    await this.#hint(holder);
  }

  async #hint({ tenantId, integrationId }: AccountHolder): Promise<void> {
    const dueAt = new Date(Date.now() + DELAY_MS);
    await this.tenancy.run(tenantId, ACTOR, () =>
      this.schedule.hasten({ integrationId, dueAt, cause: 'webhook' }),
    );
  }
}

function grouped(events: readonly WebhookEvent[]): (readonly WebhookEvent[])[] {
  const groups = new Map<string, WebhookEvent[]>();
  for (const event of events.toSorted((a, b) => ORDER[a.kind] - ORDER[b.kind])) {
    const key = JSON.stringify([event.kind, event.accountId]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  return [...groups.values()];
}

/** The youngest time of them; undefined as soon as one says none. */
function latest(group: readonly WebhookEvent[]): number | undefined {
  const times = group.map(({ before }) => before);
  return times.some((time) => time === undefined) ? undefined : Math.max(...(times as number[]));
}
