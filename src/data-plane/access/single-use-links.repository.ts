import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import { openAddress } from '../members/sealed-person.js';

export const INVITATION_DAYS = 7;

/** Long enough to find the mail, short enough that an old mailbox is no way in. */
export const RESET_MINUTES = 30;

const VALID = 'used_at IS NULL AND expires_at > now()';

/** Links that are mailed to a member, each good once and for a time. Of a link only a hash is kept. */
@Injectable()
abstract class SingleUseLinks {
  protected abstract readonly table: 'invitations' | 'password_resets';
  protected abstract readonly minutes: number;

  constructor(
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
  ) {}

  /** When it expires. */
  async add(tx: Queryable, link: { tokenHash: Buffer; memberId: string }): Promise<Date> {
    const [row] = await tx.query<{ expiresAt: Date }>({
      text: `INSERT INTO ${this.table} (token_hash, member_id, expires_at)
        VALUES ($1, $2, now() + make_interval(mins => $3)) RETURNING expires_at AS "expiresAt"`,
      values: [link.tokenHash, link.memberId, this.minutes],
    });
    if (row === undefined) throw new Error('An insert returned no row.');
    return row.expiresAt;
  }

  /** Whose it is, as long as it is valid. */
  async find(tokenHash: Buffer): Promise<{ memberId: string; email: string } | null> {
    const [row] = await this.database.query<{ id: string; email: Buffer }>({
      text: `SELECT m.id, m.email FROM ${this.table} l
        JOIN members m ON m.id = l.member_id WHERE l.token_hash = $1 AND ${VALID}`,
      values: [tokenHash],
    });
    if (row === undefined) return null;
    const email = await this.keys.open((cipher) => openAddress(cipher, row));
    return { memberId: row.id, email };
  }

  /** True for exactly one caller: the row's lock makes all others wait and then find it used. */
  async claim(tx: Queryable, tokenHash: Buffer): Promise<boolean> {
    const rows = await tx.query({
      text: `UPDATE ${this.table} SET used_at = now()
        WHERE token_hash = $1 AND ${VALID} RETURNING member_id`,
      values: [tokenHash],
    });
    return rows.length === 1;
  }

  /** Voids all of the member's. */
  async forgetAll(tx: Queryable, memberId: string): Promise<void> {
    await tx.query({ text: `DELETE FROM ${this.table} WHERE member_id = $1`, values: [memberId] });
  }
}

@Injectable()
export class Invitations extends SingleUseLinks {
  protected override readonly table = 'invitations';
  protected override readonly minutes = INVITATION_DAYS * 24 * 60;
}

@Injectable()
export class PasswordResets extends SingleUseLinks {
  protected override readonly table = 'password_resets';
  protected override readonly minutes = RESET_MINUTES;
}
