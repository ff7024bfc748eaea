import { Injectable } from '@nestjs/common';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import type { Role } from '../../tenancy/tenancy.js';
import { hasFormOfId } from '../id-form.js';
import {
  AFTER_IN_CREATION_ORDER,
  CREATION_MICROS,
  creationValues,
} from '../paging/creation-order.js';

export interface MemberRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  joined: boolean;
  createdAt: Date;
}

const COLUMNS = `id, name, email, role, password_hash IS NOT NULL AS joined,
  created_at AS "createdAt"`;

@Injectable()
export class MembersRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** One row more than asked for; see `pageOf`. */
  async page(query: {
    limit: number;
    cursor?: string;
  }): Promise<(MemberRow & { micros: string })[]> {
    return this.database.query<MemberRow & { micros: string }>({
      text: `SELECT ${COLUMNS}, ${CREATION_MICROS} FROM members WHERE ${AFTER_IN_CREATION_ORDER}`,
      values: creationValues(query),
    });
  }

  /**
   * Locks all owners who have joined, in one order. Two calls that each would take away one of two
   * owners meet here: the second waits, and sees what the first has left.
   */
  async lockOwners(tx: Queryable): Promise<string[]> {
    const rows = await tx.query<{ id: string }>({
      text: `SELECT id FROM members WHERE role = 'owner' AND password_hash IS NOT NULL
        ORDER BY id FOR UPDATE`,
      values: [],
    });
    return rows.map(({ id }) => id);
  }

  async lock(tx: Queryable, id: string): Promise<MemberRow | null> {
    if (!hasFormOfId(id)) return null;
    const [row] = await tx.query<MemberRow>({
      text: `SELECT ${COLUMNS} FROM members WHERE id = $1 FOR UPDATE`,
      values: [id],
    });
    return row ?? null;
  }

  /**
   * The member with this address, locked; made on the spot where there is none. The update that
   * changes nothing is what locks an existing one without a gap in which two calls could both insert.
   */
  async lockOrAdd(
    tx: Queryable,
    member: { id: string; email: string; name: string; role: Role },
  ): Promise<MemberRow> {
    const [row] = await tx.query<MemberRow>({
      text: `INSERT INTO members (id, email, name, role) VALUES ($1, $2, $3, $4)
        ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING ${COLUMNS}`,
      values: [member.id, member.email, member.name, member.role],
    });
    if (row === undefined) throw new Error('An upsert returned no row.');
    return row;
  }

  async update(
    tx: Queryable,
    id: string,
    change: { name?: string; role?: Role },
  ): Promise<MemberRow> {
    const [row] = await tx.query<MemberRow>({
      text: `UPDATE members SET name = coalesce($2, name), role = coalesce($3, role)
        WHERE id = $1 RETURNING ${COLUMNS}`,
      values: [id, change.name ?? null, change.role ?? null],
    });
    if (row === undefined) throw new Error('A locked member is gone.');
    return row;
  }

  /** Sessions, invitations and reset links go with it (foreign keys). */
  async remove(tx: Queryable, id: string): Promise<void> {
    await tx.query({ text: 'DELETE FROM members WHERE id = $1', values: [id] });
  }

  /** Turns an invited member into one who has joined; null when it was removed meanwhile. */
  async join(
    tx: Queryable,
    member: { id: string; name: string; passwordHash: string },
  ): Promise<MemberRow | null> {
    const [row] = await tx.query<MemberRow>({
      text: `UPDATE members SET name = $2, password_hash = $3, password_changed_at = now()
        WHERE id = $1 RETURNING ${COLUMNS}`,
      values: [member.id, member.name, member.passwordHash],
    });
    return row ?? null;
  }
}
