import { Injectable } from '@nestjs/common';
import type { IntegrationView } from './integration.dto.js';
import { integrationView } from './integration-view.js';
import { IntegrationNotFoundError } from './integrations.errors.js';
import { IntegrationsRepository } from './integrations.repository.js';

/** One integration, also one that was disconnected. */
@Injectable()
export class ReadIntegration {
  constructor(private readonly integrations: IntegrationsRepository) {}

  /** @throws IntegrationNotFoundError */
  async execute(id: string): Promise<IntegrationView> {
    const integration = await this.integrations.find(id);
    if (integration === null) throw new IntegrationNotFoundError();
    return integrationView(integration);
  }
}
