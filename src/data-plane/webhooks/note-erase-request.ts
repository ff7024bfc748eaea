import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { MarkRevoked } from '../integrations/mark-revoked.js';
import { TokenBroker } from '../tokens/token-broker.js';
import { EraseRequested } from './erase-requested.js';

/**
 * Providers ask to erase up to two days after an app was removed, with no word on when that was. Whoever
 * connected anew since is not meant.
 */
const ANEW_MS = 3 * 24 * 3_600_000;

/** Writes the request down and ends the connection: what comes after a revocation erases its data. */
@Injectable()
export class NoteEraseRequest implements EraseRequested {
  constructor(
    private readonly audit: AuditLog,
    private readonly integrations: IntegrationsRepository,
    private readonly broker: TokenBroker,
    private readonly markRevoked: MarkRevoked,
  ) {}

  async execute(integrationId: string): Promise<void> {
    const anew = await this.#isConnectedAnew(integrationId);
    await this.audit.append({ action: 'integration.erase-requested', targetId: integrationId });
    if (!anew) await this.markRevoked.execute(integrationId, 'provider-told');
  }

  async #isConnectedAnew(integrationId: string): Promise<boolean> {
    const integration = await this.integrations.find(integrationId);
    if (integration?.status !== 'active' || integration.connectedAt === null) return false;
    if (Date.now() - integration.connectedAt.getTime() > ANEW_MS) return false;
    return this.broker.stands(integrationId);
  }
}
