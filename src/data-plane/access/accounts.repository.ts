import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { TenantDatabase, type Queryable, type Statement } from '../../tenancy/tenant-database.js';
import type { Role } from '../../tenancy/tenancy.js';
import {
  addressHashes,
  openPasswordHash,
  openPerson,
  sealPasswordHash,
} from '../members/sealed-person.js';
import type { SealedRow } from '../sealed-row.js';

/** A member who has joined, as signing in needs one. */
export interface Account {
  id: string;
  name: string;
  email: string;
  role: Role;
  passwordHash: string;
  /** Which of the member's passwords it is. */
  passwordVersion: number;
}

type Stored = SealedRow<Account, 'name' | 'email' | 'passwordHash'>;

const ACCOUNT = `SELECT id, name, email, role, password_hash AS "passwordHash",
    password_version AS "passwordVersion"
  FROM members WHERE password_hash IS NOT NULL`;

/**
 * Members with a password. Somebody invited who has not joined yet is not found here. Every method
 * throws what `TenantKeys` throws: a row that does not open is an error, never nobody.
 */
@Injectable()
export class AccountsRepository {
  constructor(
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
  ) {}

  /** In the order they came; see `FindAccount` for how there can be two. */
  async byEmail(email: string): Promise<Account[]> {
    const hashes = await this.keys.open((cipher) => addressHashes(cipher, email));
    return this.#read({
      name: 'accounts-by-email',
      text: `${ACCOUNT} AND email_hash = ANY ($1) ORDER BY created_at, id LIMIT 4`,
      values: [hashes],
    });
  }

  async byId(id: string): Promise<Account | null> {
    const [account] = await this.#read({
      name: 'account-by-id',
      text: `${ACCOUNT} AND id = $1`,
      values: [id],
    });
    return account ?? null;
  }

  async oldestOwners(limit: number): Promise<Account[]> {
    return this.#read({
      text: `${ACCOUNT} AND role = 'owner' ORDER BY created_at, id LIMIT $1`,
      values: [limit],
    });
  }

  /**
   * A new password. False when the member is gone or, where `before` is given, somebody else changed
   * it meanwhile.
   *
   * @param change.before the version of the password that this one replaces
   */
  async setPassword(
    tx: Queryable,
    change: { id: string; before?: number; after: string },
  ): Promise<boolean> {
    const rows = await tx.query({
      text: `UPDATE members SET password_hash = $3, password_version = password_version + 1,
          password_changed_at = now()
        WHERE id = $1 AND ($2::integer IS NULL OR password_version = $2) RETURNING id`,
      values: [change.id, change.before ?? null, await this.#sealed(change)],
    });
    return rows.length === 1;
  }

  /** The same password, so the same version, under today's hashing cost. */
  async upgradeHash(change: { id: string; version: number; after: string }): Promise<void> {
    await this.database.query({
      text: 'UPDATE members SET password_hash = $3 WHERE id = $1 AND password_version = $2',
      values: [change.id, change.version, await this.#sealed(change)],
    });
  }

  async #read(statement: Statement): Promise<Account[]> {
    const rows = await this.database.query<Stored>(statement);
    if (rows.length === 0) return [];
    return this.keys.open((cipher) =>
      rows.map((row) => ({
        ...row,
        ...openPerson(cipher, row),
        passwordHash: openPasswordHash(cipher, row),
      })),
    );
  }

  #sealed({ id, after }: { id: string; after: string }): Promise<Buffer> {
    return this.keys.seal((cipher) => sealPasswordHash(cipher, id, after));
  }
}
