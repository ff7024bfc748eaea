import { Injectable } from '@nestjs/common';
import { creationPosition } from '../paging/creation-order.js';
import { pageOf } from '../paging/page.js';
import type { PageQuery } from '../paging/page-query.dto.js';
import { type ApiKeyPage, apiKeyView } from './api-key.dto.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** The keys of the tenant, in the order they were made; never the keys themselves. */
@Injectable()
export class ListApiKeys {
  constructor(private readonly apiKeys: ApiKeysRepository) {}

  /** @throws CursorInvalidError */
  async execute(query: PageQuery): Promise<ApiKeyPage> {
    const rows = await this.apiKeys.page(query);
    return pageOf(rows, query.limit, creationPosition, apiKeyView);
  }
}
