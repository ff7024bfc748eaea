import { Injectable } from '@nestjs/common';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import type { Role } from '../../tenancy/tenancy.js';

/** A member who has joined, as signing in needs one. */
export interface Account {
  id: string;
  name: string;
  email: string;
  role: Role;
  passwordHash: string;
}

const ACCOUNT = `SELECT id, name, email, role, password_hash AS "passwordHash"
  FROM members WHERE password_hash IS NOT NULL`;

/** Members with a password. Somebody invited who has not joined yet is not found here. */
@Injectable()
export class AccountsRepository {
  constructor(private readonly database: TenantDatabase) {}

  async byEmail(email: string): Promise<Account | null> {
    const [row] = await this.database.query<Account>({
      name: 'account-by-email',
      text: `${ACCOUNT} AND email = $1`,
      values: [email],
    });
    return row ?? null;
  }

  async byId(id: string): Promise<Account | null> {
    const [row] = await this.database.query<Account>({
      name: 'account-by-id',
      text: `${ACCOUNT} AND id = $1`,
      values: [id],
    });
    return row ?? null;
  }

  async oldestOwners(limit: number): Promise<Account[]> {
    return this.database.query<Account>({
      text: `${ACCOUNT} AND role = 'owner' ORDER BY created_at, id LIMIT $1`,
      values: [limit],
    });
  }

  /**
   * A new password. False when the member is gone or, where `before` is given, somebody else changed
   * it meanwhile.
   */
  async setPassword(
    tx: Queryable,
    change: { id: string; before?: string; after: string },
  ): Promise<boolean> {
    const rows = await tx.query({
      text: `UPDATE members SET password_hash = $3, password_changed_at = now()
        WHERE id = $1 AND ($2::text IS NULL OR password_hash = $2) RETURNING id`,
      values: [change.id, change.before ?? null, change.after],
    });
    return rows.length === 1;
  }

  /** The same password under today's hashing cost. */
  async upgradeHash(change: { id: string; before: string; after: string }): Promise<void> {
    await this.database.query({
      text: 'UPDATE members SET password_hash = $3 WHERE id = $1 AND password_hash = $2',
      values: [change.id, change.before, change.after],
    });
  }
}
