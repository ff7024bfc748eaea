import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { AccessChanges } from '../access/access-changes.js';
import { memberOf } from '../access/caller.js';
import { SessionsRepository } from '../access/sessions.repository.js';
import { AuditLog } from '../audit/audit-log.js';

/**
 * Ends sessions on the server's side: the one of this call, or all of its member. With an API key
 * it is an error rather than nothing, because a program that believes its key ended would be wrong.
 */
@Injectable()
export class LogOut {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: TenantDatabase,
    private readonly sessions: SessionsRepository,
    private readonly audit: AuditLog,
    private readonly access: AccessChanges,
  ) {}

  /** @throws SessionRequiredError */
  async here(): Promise<void> {
    const { sessionId } = memberOf(this.tenancy);
    await this.database.transaction(async (tx) => {
      await this.sessions.end(tx, sessionId);
      await this.audit.append({ action: 'session.ended', targetId: sessionId }, tx);
    });
    await this.access.announce();
  }

  /** @throws SessionRequiredError */
  async everywhere(): Promise<void> {
    const { id } = memberOf(this.tenancy);
    await this.database.transaction(async (tx) => {
      await this.sessions.endAll(tx, id);
      await this.audit.append({ action: 'session.ended-everywhere', targetId: id }, tx);
    });
    await this.access.announce();
  }
}
