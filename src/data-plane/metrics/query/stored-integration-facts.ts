import { Injectable } from '@nestjs/common';
import { IntegrationsRepository } from '../../integrations/integrations.repository.js';
import { creationPosition } from '../../paging/creation-order.js';
import { pageOf } from '../../paging/page.js';
import { type IntegrationFact, IntegrationFacts } from './integration-facts.js';

const PAGE = 200;

@Injectable()
export class StoredIntegrationFacts extends IntegrationFacts {
  constructor(private readonly integrations: IntegrationsRepository) {
    super();
  }

  async all(): Promise<readonly IntegrationFact[]> {
    const facts: IntegrationFact[] = [];
    let cursor: string | null = null;
    do {
      const query: { limit: number; cursor?: string } = { limit: PAGE };
      if (cursor !== null) query.cursor = cursor;
      const page = pageOf(
        await this.integrations.list(query),
        PAGE,
        creationPosition,
        ({ id, provider, account }) => ({ id, provider, timeZone: account?.timeZone ?? null }),
      );
      facts.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return facts;
  }
}
