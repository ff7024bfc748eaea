import { Injectable } from '@nestjs/common';
import { creationPosition } from '../paging/creation-order.js';
import { pageOf } from '../paging/page.js';
import type { PageQuery } from '../paging/page-query.dto.js';
import type { IntegrationPage } from './integration.dto.js';
import { integrationView } from './integration-view.js';
import { IntegrationsRepository } from './integrations.repository.js';

/** The integrations of the tenant, in the order they came, without those that were disconnected. */
@Injectable()
export class ListIntegrations {
  constructor(private readonly integrations: IntegrationsRepository) {}

  /** @throws CursorInvalidError */
  async execute(query: PageQuery): Promise<IntegrationPage> {
    const rows = await this.integrations.list(query);
    return pageOf(rows, query.limit, creationPosition, integrationView);
  }
}
