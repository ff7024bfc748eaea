import { Injectable } from '@nestjs/common';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import { type Actor, Tenancy } from '../../tenancy/tenancy.js';

/** What the tenant's own log speaks of: `thing.happened`. */
export type AuditAction =
  | 'account.created'
  | 'organization.changed'
  | 'session.opened'
  | 'session.ended'
  | 'session.ended-everywhere'
  | 'password.changed'
  | 'password.reset-requested'
  | 'password.reset'
  | 'member.invited'
  | 'member.joined'
  | 'member.role-changed'
  | 'member.removed'
  | 'api-key.created'
  | 'api-key.revoked';

export interface AuditEvent {
  action: AuditAction;
  targetId?: string;
  /** Ids, roles and names of fields. Never an address, a name or a value somebody typed. */
  details?: Record<string, string | string[]>;
  /** Who did it, where that is not the actor in context: a stranger who proved to be a member. */
  memberId?: string;
}

const APPEND = `INSERT INTO audit_events (actor_kind, actor_id, action, target_id, request_id, details)
  VALUES ($1, $2, $3, $4, $5, $6)`;

/** Writes to the audit log of the tenant in context. Nothing in the product changes or deletes what is in it. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: TenantDatabase,
  ) {}

  /** @param on the transaction of the change itself, so that neither is ever there alone */
  async append(event: AuditEvent, on: Queryable = this.database): Promise<void> {
    const { actor, requestId } = this.tenancy.current();
    const kind = event.memberId === undefined ? actor.kind : 'member';
    await on.query({
      name: 'audit-append',
      text: APPEND,
      values: [
        kind,
        event.memberId ?? idOf(actor),
        event.action,
        event.targetId ?? null,
        requestId ?? null,
        JSON.stringify(event.details ?? {}),
      ],
    });
  }
}

function idOf(actor: Actor): string | null {
  switch (actor.kind) {
    case 'member':
    case 'api-key':
      return actor.id;
    case 'system':
      return actor.job;
    case 'administrator':
      return null;
  }
}
