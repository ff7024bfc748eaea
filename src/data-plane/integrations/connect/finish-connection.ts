import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import type { Tokens } from '../../../connectors/kit/tokens.js';
import type { Provider } from '../../../connectors/providers.js';
import type { Queryable } from '../../../tenancy/tenant-database.js';
import { AuditLog } from '../../audit/audit-log.js';
import { KeyedTransaction } from '../../keyed-transaction.js';
import { SyncSchedule } from '../../sync/sync-schedule.js';
import { TokenBroker } from '../../tokens/token-broker.js';
import { ProviderAccountDirectory } from '../../webhooks/provider-account-directory.js';
import { IntegrationsRepository } from '../integrations.repository.js';
import { ConnectRefusedError } from './connect.errors.js';
import { missingScopes } from './missing-scopes.js';
import { ConnectionDoor } from './connection-door.js';

export interface ReadyConnection {
  integrationId: string;
  provider: Provider;
  account: Account;
  tokens: Tokens;
}

/** Later than any transaction lasts. */
const SAFETY_MS = 60_000;

/**
 * Makes the connection: account, tokens, state and audit in one transaction of the tenant's database.
 *
 * The catalog cannot change together with it, so it is told twice. Before the commit: where the account
 * leads, and a first sync in a minute. A crash there, or a failed commit, leaves an entry that points at
 * an integration which is not active: a sync of it finds that and takes it out of the schedule, a webhook
 * is ignored, and forgetting the abandoned integration or connecting it after all puts it right. After
 * the commit the sync is moved to now. A crash there costs that minute and nothing else. The other order
 * could leave a connected integration that nobody ever syncs.
 */
@Injectable()
export class FinishConnection {
  readonly #logger = new Logger(FinishConnection.name);

  constructor(
    private readonly transaction: KeyedTransaction,
    private readonly integrations: IntegrationsRepository,
    private readonly broker: TokenBroker,
    private readonly audit: AuditLog,
    private readonly directory: ProviderAccountDirectory,
    private readonly schedule: SyncSchedule,
    private readonly door: ConnectionDoor,
  ) {}

  /**
   * @param first what else belongs into the transaction, done before all of this
   * @throws ConnectRefusedError `connect_wrong_account`, `connect_account_taken`, `connect_ended`
   */
  async execute(ready: ReadyConnection, first: (tx: Queryable) => Promise<void>): Promise<void> {
    await this.transaction.run(async (tx) => {
      await this.door.enter(tx);
      await first(tx);
      await this.#connect(tx, ready);
      await this.#list(ready);
      await this.#syncIn(SAFETY_MS, ready);
    });
    try {
      await this.#syncIn(0, ready);
    } catch (error) {
      this.#logger.warn(`the first sync of ${ready.integrationId} begins a minute late`, error);
    }
  }

  async #connect(tx: Queryable, ready: ReadyConnection): Promise<void> {
    const { integrationId, provider, account, tokens } = ready;
    const { facts } = provider.connector;
    const integration = await this.integrations.lock(tx, integrationId);
    if (integration === null) throw new ConnectRefusedError('connect_ended', facts.name);
    const before = integration.account;
    if (before !== null && before.id !== account.id) {
      throw new ConnectRefusedError('connect_wrong_account', facts.name);
    }
    const missing = missingScopes(facts, tokens);
    const outcome = await this.integrations.connect(tx, integration, account, missing);
    if (outcome === 'taken') throw new ConnectRefusedError('connect_account_taken', facts.name);
    if (outcome === 'ended') throw new ConnectRefusedError('connect_ended', facts.name);
    await this.broker.keep(tx, integrationId, tokens);
    const action = before === null ? 'integration.connected' : 'integration.reconnected';
    const details = { provider: provider.id };
    await this.audit.append({ action, targetId: integrationId, details }, tx);
  }

  /** Where webhooks about the account lead, by all the names it has in them. */
  async #list({ integrationId, provider, account, tokens }: ReadyConnection): Promise<void> {
    const names = provider.connector.knownAs?.(account, tokens.grant) ?? [];
    for (const name of new Set([account.id, ...names])) {
      await this.directory.add(provider.id, name, integrationId);
    }
  }

  #syncIn(ms: number, { integrationId }: ReadyConnection): Promise<void> {
    const dueAt = new Date(Date.now() + ms);
    return this.schedule.hasten({ integrationId, dueAt, cause: 'connect' });
  }
}
