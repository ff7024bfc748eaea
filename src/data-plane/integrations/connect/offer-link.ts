import { Injectable } from '@nestjs/common';
import { newId } from '../../../kernel/ids.js';
import type { Queryable } from '../../../tenancy/tenant-database.js';
import { Tenancy } from '../../../tenancy/tenancy.js';
import { newToken, storedHashOf } from '../../access/tokens.js';
import { DataPlaneSettings } from '../../data-plane.settings.js';
import {
  ATTEMPT_MINUTES,
  ConnectionAttemptsRepository,
} from '../connection-attempts.repository.js';
import { ConnectionAttemptLimitError } from '../integrations.errors.js';

/** Links of one tenant that may be open at once. */
const OPEN_MAX = 20;

/** Gives out the one-time link by which a browser connects an integration. Of the link a hash is kept. */
@Injectable()
export class OfferLink {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly settings: DataPlaneSettings,
    private readonly attempts: ConnectionAttemptsRepository,
  ) {}

  /**
   * @param tx that holds the tenant's door (`ConnectionDoor`)
   * @throws ConnectionAttemptLimitError
   */
  async issue(tx: Queryable, integrationId: string): Promise<string> {
    if ((await this.attempts.countOpen(tx)) >= OPEN_MAX) {
      throw new ConnectionAttemptLimitError(OPEN_MAX, ATTEMPT_MINUTES);
    }
    const token = newToken(this.tenancy.current().tenant.id);
    const linkHash = storedHashOf(token);
    await this.attempts.add(tx, { id: newId('att'), integrationId, linkHash });
    return `${this.settings.publicUrl()}/connect/${token}`;
  }
}
