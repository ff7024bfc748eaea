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
   * @returns false where it was not meant, going by the clocks
   */
  async execute(
    { tenantId, integrationId }: AccountHolder,
    kind: 'revoked' | 'erase',
    before: number | undefined,
  ): Promise<boolean> {
    try {
      return await this.tenancy.run(tenantId, ACTOR, async () => {
        if (await this.#isYounger(integrationId, before)) return false;
        if (kind === 'erase') await this.erase.execute(integrationId);
        else await this.markRevoked.execute(integrationId, 'provider-told');
        return true;
      });
    } catch (error) {
      // Gone since the directory was asked, and its data with it.
      if (!hasCode(error, 'tenant_not_found')) throw error;
      return true;
    }
  }

  async #isYounger(integrationId: string, before: number | undefined): Promise<boolean> {
    if (before === undefined) return false;
    const integration = await this.integrations.find(integrationId);
    const { connectedAt } = integration ?? { connectedAt: null };
    return connectedAt !== null && connectedAt.getTime() > before;
  }
}
