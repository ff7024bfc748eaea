import { Injectable } from '@nestjs/common';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';

/** Long enough to find the mail, short enough that an old mailbox is no way in. */
export const RESET_MINUTES = 30;

const VALID = 'used_at IS NULL AND expires_at > now()';

@Injectable()
export class PasswordResetsRepository {
  constructor(private readonly database: TenantDatabase) {}

  async add(tx: Queryable, reset: { tokenHash: Buffer; memberId: string }): Promise<void> {
    await tx.query({
      text: `INSERT INTO password_resets (token_hash, member_id, expires_at)
        VALUES ($1, $2, now() + make_interval(mins => $3))`,
      values: [reset.tokenHash, reset.memberId, RESET_MINUTES],
    });
  }

  /** Whose password the token may reset, as long as it is valid. */
  async find(tokenHash: Buffer): Promise<{ memberId: string; email: string } | null> {
    const [row] = await this.database.query<{ memberId: string; email: string }>({
      text: `SELECT m.id AS "memberId", m.email FROM password_resets r
        JOIN members m ON m.id = r.member_id WHERE r.token_hash = $1 AND ${VALID}`,
      values: [tokenHash],
    });
    return row ?? null;
  }

  /** True for exactly one caller: the row's lock makes all others wait and then find it used. */
  async claim(tx: Queryable, tokenHash: Buffer): Promise<boolean> {
    const rows = await tx.query({
      text: `UPDATE password_resets SET used_at = now()
        WHERE token_hash = $1 AND ${VALID} RETURNING member_id`,
      values: [tokenHash],
    });
    return rows.length === 1;
  }

  async forgetAll(tx: Queryable, memberId: string): Promise<void> {
    await tx.query({
      text: 'DELETE FROM password_resets WHERE member_id = $1',
      values: [memberId],
    });
  }
}
