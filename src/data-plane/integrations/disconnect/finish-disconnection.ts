import { Injectable, Logger } from '@nestjs/common';
import { TenantDatabase } from '../../../tenancy/tenant-database.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { FinishEnding } from '../../sync/finish-ending.js';
import { TokenBroker } from '../../tokens/token-broker.js';
import { ProviderAccountDirectory } from '../../webhooks/provider-account-directory.js';
import { IntegrationData } from '../integration-data.js';
import { type Integration, IntegrationsRepository } from '../integrations.repository.js';
import { EndingsRepository } from './endings.repository.js';
import { HeldTokens } from './held-tokens.js';
import { type Sharers, OtherConnections } from './other-connections.js';
import { RevokeAtProvider } from './revoke-at-provider.js';

/**
 * The rest of a disconnection. Each step is repeatable, in an order in which a crash loses nothing, and
 * what needs no keys comes first: data and webhooks go also while the key store is away. Params and account
 * stay until the provider was told and the tokens are gone. Two at once come to the same end.
 */
@Injectable()
export class FinishDisconnection implements FinishEnding {
  readonly #logger = new Logger(FinishDisconnection.name);

  constructor(
    private readonly database: TenantDatabase,
    private readonly endings: EndingsRepository,
    private readonly data: IntegrationData,
    private readonly directory: ProviderAccountDirectory,
    private readonly integrations: IntegrationsRepository,
    private readonly held: HeldTokens,
    private readonly others: OtherConnections,
    private readonly revoke: RevokeAtProvider,
    private readonly broker: TokenBroker,
    private readonly audit: AuditLog,
  ) {}

  async execute(id: string): Promise<boolean> {
    const stage = await this.endings.stageOf(id);
    if (stage === 'left-over') await this.#finish(id);
    return stage !== 'not-ended';
  }

  async #finish(id: string): Promise<void> {
    await this.database.transaction((tx) => this.data.forget(tx, id));
    // Before others are looked for: of two that end at once, the second to look finds nobody.
    await this.directory.remove(id);
    const integration = await this.integrations.find(id);
    const sharers = integration === null ? 'nobody' : await this.#endAtProvider(integration);
    await this.broker.destroy(id);
    await this.database.transaction(async (tx) => {
      const isLast = await this.endings.finish(tx, id);
      // Of other tenants' connections none is told; of its own, whoever reads the log may wonder.
      if (isLast && sharers === 'own') {
        await this.audit.append({ action: 'integration.access-kept', targetId: id }, tx);
      }
    });
  }

  /** Whose access would end with it: then it is left, until the last of them is disconnected. */
  async #endAtProvider(integration: Integration): Promise<Sharers> {
    const { id, provider, account } = integration;
    // Never connected.
    if (account === null) return 'nobody';
    const tokens = await this.held.of(id);
    if (tokens === null) return 'nobody';
    const sharers = await this.others.sharing({ id, provider, account }, tokens.grant);
    if (sharers === 'nobody') await this.revoke.execute(integration, tokens);
    else this.#logger.log(`${id}: access at ${provider} was left, another connection uses it`);
    return sharers;
  }
}
