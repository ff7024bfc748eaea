import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import { type Actor, Tenancy } from '../../tenancy/tenancy.js';
import type { StorageLevel } from '../../tenancy/tenant-record.js';
import { type AuditDetails, sealDetails } from './sealed-details.js';

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
  | 'member.address-proved'
  | 'member.addresses-collide'
  | 'api-key.created'
  | 'api-key.revoked'
  | 'integration.created'
  | 'integration.connected'
  | 'integration.reconnected'
  | 'integration.connect-failed'
  | 'integration.revoked'
  | 'integration.erase-requested'
  | 'integration.disconnected'
  | 'integration.access-kept'
  | 'data.integrity-failed'
  | 'keys.rotated'
  | `storage.${StorageLevel}`;

export interface AuditEvent {
  action: AuditAction;
  targetId?: string;
  details?: AuditDetails;
  /** Who did it, where that is not the actor in context: a stranger who proved to be a member. */
  memberId?: string;
}

const APPEND = `INSERT INTO audit_events
    (id, actor_kind, actor_id, action, target_id, request_id, details)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;

/** Writes to the audit log of the tenant in context. Nothing in the product changes or deletes what is in it. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
  ) {}

  /**
   * Details are sealed: with them, `on` is a `KeyedTransaction`. Without them no key is touched.
   *
   * @param on the transaction of the change itself, so that neither is ever there alone
   * @throws the key store's errors, where there are details
   */
  async append(event: AuditEvent, on: Queryable = this.database): Promise<void> {
    const { actor, requestId } = this.tenancy.current();
    const id = newId('evt');
    const kind = event.memberId === undefined ? actor.kind : 'member';
    await on.query({
      name: 'audit-append',
      text: APPEND,
      values: [
        id,
        kind,
        event.memberId ?? idOf(actor),
        event.action,
        event.targetId ?? null,
        requestId ?? null,
        await this.#sealed(id, event.details),
      ],
    });
  }

  async #sealed(id: string, details: AuditDetails | undefined): Promise<Buffer | null> {
    if (details === undefined) return null;
    return this.keys.seal((cipher) => sealDetails(cipher, id, details));
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
