import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import type { Connector } from '../../../connectors/kit/connector.js';
import type { ProviderClient } from '../../../connectors/kit/provider-client.js';
import { BrokenPageError } from '../../../connectors/kit/provider-errors.js';
import { Providers } from '../../../connectors/providers.js';
import { ZoneClock } from '../../../kernel/zone-clock.js';
import { TenantKeys } from '../../../tenancy/keys/tenant-keys.js';
import { Tenancy } from '../../../tenancy/tenancy.js';
import { StorageFullError } from '../../../tenancy/tenancy.errors.js';
import { isFull } from '../../../tenancy/tenant-record.js';
import {
  type Integration,
  IntegrationsRepository,
} from '../../integrations/integrations.repository.js';
import { MetricStore } from '../../metrics/store/metric-store.js';
import { ProviderAccess } from '../../tokens/provider-access.js';
import { SyncFence, type TakenFence } from '../sync-fence.js';
import { SyncStreamsRepository } from '../sync-streams.repository.js';
import { asPageFault, judgeFailure } from './judge-failure.js';
import { untilStopped } from './until-stopped.js';

/** What a turn reads with. */
export interface Session {
  connector: Connector;
  client: ProviderClient;
  account: Account;
  clock: ZoneClock;
  /** Keyed, the tenant's own: the same text always gives the same. */
  hash(text: string): string;
  /** The provider was asked what the account is now and gave no sense; it stays as it was known. */
  problem: string | null;
}

const ASKED_EVERY_MS = 24 * 3_600_000;

/** Gets ready to read: a client, and what the account is by now. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly providers: Providers,
    private readonly access: ProviderAccess,
    private readonly integrations: IntegrationsRepository,
    private readonly keys: TenantKeys,
    private readonly fence: SyncFence,
    private readonly streams: SyncStreamsRepository,
    private readonly store: MetricStore,
  ) {}

  /** @throws what `ProviderAccess` and the connector throw; SyncFencedError, SyncStoppedError, StorageFullError */
  async execute(
    integration: Integration & { account: Account },
    fence: TakenFence,
    signal: AbortSignal,
    now: number,
  ): Promise<Session> {
    const { tenant } = this.tenancy.current();
    if (isFull(tenant)) throw new StorageFullError(tenant.id);
    const { connector } = this.providers.get(integration.provider);
    const client = await untilStopped(signal, this.access.clientFor(integration, signal));
    const isAsked = fence.accountAt === null || now - fence.accountAt.getTime() >= ASKED_EVERY_MS;
    const asked = isAsked
      ? await this.#ask(connector, client, integration.account, signal)
      : { account: integration.account, problem: null };
    await this.#settleBasis(integration, asked.account, fence, isAsked ? now : null);
    const key = await this.keys.open((cipher) => cipher.hash('sync-subject', integration.id));
    return {
      connector,
      client,
      ...asked,
      clock: clockOf(asked.account),
      hash: (text) => createHmac('sha256', key).update(text).digest('base64url').slice(0, 22),
    };
  }

  async #ask(
    connector: Connector,
    client: ProviderClient,
    known: Account,
    signal: AbortSignal,
  ): Promise<{ account: Account; problem: string | null }> {
    try {
      const found = await untilStopped(signal, connector.refreshAccount(client, known));
      clockOf(found);
      if (found.id !== known.id) throw new BrokenPageError('the account is the one asked for');
      return { account: found, problem: null };
    } catch (fault) {
      const error = asPageFault(fault);
      const failure = judgeFailure(error);
      if (failure.kind !== 'page') throw error;
      return { account: known, problem: failure.code };
    }
  }

  /**
   * Days are counted in the account's zone and money in its currency: where one of them changed, nothing
   * that is stored means what it did. All of it goes, and history is read anew; the two are never mixed.
   */
  async #settleBasis(
    integration: Integration & { account: Account },
    account: Account,
    fence: TakenFence,
    askedAt: number | null,
  ): Promise<void> {
    const { id, timeZone, currency } = account;
    const text = JSON.stringify([id, timeZone, currency]);
    const basis = await this.keys.open((cipher) => cipher.hash('sync-basis', text));
    const isSame = fence.basis !== null && basis.equals(fence.basis);
    if (isSame && askedAt === null) return;
    const at = askedAt === null ? (fence.accountAt ?? new Date(0)) : new Date(askedAt);
    await this.fence.run(fence, async (tx) => {
      if (!isSame) {
        await this.streams.forget(tx, integration.id);
        await this.store.forget(tx, integration.id);
      }
      if (JSON.stringify(account) !== JSON.stringify(integration.account)) {
        await this.integrations.describeAccount(tx, integration.id, account);
      }
      await this.fence.note(tx, fence, basis, at);
    });
  }
}

/** @throws BrokenPageError where the provider names a zone that there is not */
function clockOf({ timeZone }: Account): ZoneClock {
  try {
    return new ZoneClock(timeZone);
  } catch {
    throw new BrokenPageError('the account has a time zone that exists');
  }
}
