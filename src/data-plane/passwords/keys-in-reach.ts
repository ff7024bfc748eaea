import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { type Queryable, TenantDatabase } from '../../tenancy/tenant-database.js';
import { ROLES, type Role } from '../../tenancy/tenancy.js';
import { covers } from '../access/role-order.js';
import { openKeyName } from '../api-keys/sealed-key-name.js';
import { AuditLog } from '../audit/audit-log.js';
import type { SealedRow } from '../sealed-row.js';
import type { StayingApiKey } from './passwords.dto.js';

/** More than a person reads; the list of API keys has them all. */
const LISTED_MAX = 200;

/**
 * Keys that a member may end: as an owner or admin all that have no larger role, whoever made them, as an
 * analyst those that bear the own name. The member's role is read in the statement itself.
 */
const IN_REACH = `created_by = $1 OR EXISTS (
  SELECT FROM members m WHERE m.id = $1 AND m.role <> 'analyst' AND k.role = ANY (
    CASE m.role WHEN 'owner' THEN $2::text[] ELSE $3::text[] END))`;

/** The API keys that a member who comes back to the account has a say over. */
@Injectable()
export class KeysInReach {
  constructor(
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
    private readonly audit: AuditLog,
  ) {}

  /** The newest first. */
  async list(memberId: string): Promise<StayingApiKey[]> {
    const rows = await this.database.query<SealedRow<StayingApiKey, 'name'>>({
      text: `SELECT id, name, role, hint, created_at AS "createdAt" FROM api_keys k
        WHERE ${IN_REACH} ORDER BY created_at DESC, id LIMIT ${LISTED_MAX}`,
      values: [memberId, rolesUnder('owner'), rolesUnder('admin')],
    });
    if (rows.length === 0) return [];
    return this.keys.open((cipher) =>
      rows.map((row) => ({ ...row, name: openKeyName(cipher, row) })),
    );
  }

  /** Ends them; their ids. Whoever calls announces it after the commit (`AccessChanges`). */
  async revoke(tx: Queryable, memberId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>({
      text: `DELETE FROM api_keys k WHERE ${IN_REACH} RETURNING id`,
      values: [memberId, rolesUnder('owner'), rolesUnder('admin')],
    });
    for (const { id } of rows) {
      await this.audit.append({ action: 'api-key.revoked', targetId: id, memberId }, tx);
    }
    return rows.map(({ id }) => id);
  }
}

function rolesUnder(role: Role): Role[] {
  return ROLES.filter((other) => covers(role, other));
}
