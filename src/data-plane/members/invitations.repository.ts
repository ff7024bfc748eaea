import { Injectable } from '@nestjs/common';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';

export const INVITATION_DAYS = 7;

const VALID = 'used_at IS NULL AND expires_at > now()';

@Injectable()
export class InvitationsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Voids the member's earlier links and returns when this one expires. */
  async replace(tx: Queryable, invitation: { tokenHash: Buffer; memberId: string }): Promise<Date> {
    const { tokenHash, memberId } = invitation;
    await tx.query({ text: 'DELETE FROM invitations WHERE member_id = $1', values: [memberId] });
    const [row] = await tx.query<{ expiresAt: Date }>({
      text: `INSERT INTO invitations (token_hash, member_id, expires_at)
        VALUES ($1, $2, now() + make_interval(days => $3)) RETURNING expires_at AS "expiresAt"`,
      values: [tokenHash, memberId, INVITATION_DAYS],
    });
    if (row === undefined) throw new Error('An insert returned no row.');
    return row.expiresAt;
  }

  /** Whom it invites, as long as the link is valid. */
  async find(tokenHash: Buffer): Promise<{ memberId: string; email: string } | null> {
    const [row] = await this.database.query<{ memberId: string; email: string }>({
      text: `SELECT m.id AS "memberId", m.email FROM invitations i
        JOIN members m ON m.id = i.member_id WHERE i.token_hash = $1 AND ${VALID}`,
      values: [tokenHash],
    });
    return row ?? null;
  }

  /** True for exactly one caller: all others wait for the row and find it used. */
  async claim(tx: Queryable, tokenHash: Buffer): Promise<boolean> {
    const rows = await tx.query({
      text: `UPDATE invitations SET used_at = now()
        WHERE token_hash = $1 AND ${VALID} RETURNING member_id`,
      values: [tokenHash],
    });
    return rows.length === 1;
  }
}
