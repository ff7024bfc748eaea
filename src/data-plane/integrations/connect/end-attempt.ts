import { Injectable } from '@nestjs/common';
import { Secret } from '../../../kernel/secret.js';
import type { Queryable } from '../../../tenancy/tenant-database.js';
import { Tenancy } from '../../../tenancy/tenancy.js';
import { newToken, storedHashOf } from '../../access/tokens.js';
import { AuditLog } from '../../audit/audit-log.js';
import {
  type ConnectionAttempt,
  ConnectionAttemptsRepository,
} from '../connection-attempts.repository.js';
import type { ConnectFault } from './connect-faults.js';

/** Writes down how an attempt ended that did not end in a connection. */
@Injectable()
export class EndAttempt {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly attempts: ConnectionAttemptsRepository,
    private readonly audit: AuditLog,
  ) {}

  async failed(
    tx: Queryable,
    attempt: Pick<ConnectionAttempt, 'id' | 'integrationId'>,
    fault: ConnectFault,
  ): Promise<void> {
    await this.attempts.end(tx, attempt.id, fault);
    await this.#write(tx, attempt, fault);
  }

  /** It may be begun anew. @returns the token of the link for that */
  async again(
    tx: Queryable,
    attempt: Pick<ConnectionAttempt, 'id' | 'integrationId'>,
    fault: ConnectFault,
  ): Promise<Secret> {
    const token = newToken(this.tenancy.current().tenant.id);
    await this.attempts.offerAgain(tx, attempt.id, storedHashOf(token), fault);
    await this.#write(tx, attempt, fault);
    return new Secret(token);
  }

  #write(
    tx: Queryable,
    { integrationId }: Pick<ConnectionAttempt, 'integrationId'>,
    fault: ConnectFault,
  ): Promise<void> {
    const details = { code: fault };
    return this.audit.append(
      { action: 'integration.connect-failed', targetId: integrationId, details },
      tx,
    );
  }
}
