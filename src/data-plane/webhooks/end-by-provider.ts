import { Injectable } from '@nestjs/common';
import { hasCode } from '../../kernel/app-error.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { MarkRevoked } from '../integrations/mark-revoked.js';
import { EraseRequested } from './erase-requested.js';
import type { AccountHolder } from './provider-account-directory.js';

const ACTOR = { kind: 'system', job: 'webhooks.receive' } as const;

/** Ends one tenant's connection because its provider says that access was taken back. */
@Injectable()
export class EndByProvider {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly integrations: IntegrationsRepository,
    private readonly markRevoked: MarkRevoked,
    private readonly erase: EraseRequested,
  ) {}

  /**
   * Repeatable.
   *
   * @param before ms since 1970: a connection made after it is none of those that were meant
   */
  async execute(
    { tenantId, integrationId }: AccountHolder,
    kind: 'revoked' | 'erase',
    before: number | undefined,
  ): Promise<void> {
    try {
      await this.tenancy.run(tenantId, ACTOR, async () => {
        if (await this.#isYounger(integrationId, before)) return;
        if (kind === 'erase') await this.erase.execute(integrationId);
        else await this.markRevoked.execute(integrationId, 'provider-told');
      });
    } catch (error) {
      // Gone since the directory was asked, and its data with it.
      if (!hasCode(error, 'tenant_not_found')) throw error;
    }
  }

  async #isYounger(integrationId: string, before: number | undefined): Promise<boolean> {
    if (before === undefined) return false;
    const integration = await this.integrations.find(integrationId);
    const { connectedAt } = integration ?? { connectedAt: null };
    return connectedAt !== null && connectedAt.getTime() > before;
  }
}
