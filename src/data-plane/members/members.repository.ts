import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import type { Role } from '../../tenancy/tenancy.js';
import { hasFormOfId } from '../id-form.js';
import {
  AFTER_IN_CREATION_ORDER,
  CREATION_MICROS,
  creationValues,
} from '../paging/creation-order.js';
import type { SealedRow } from '../sealed-row.js';
import {
  addressHashes,
  openPerson,
  sealName,
  sealPasswordHash,
  sealPerson,
} from './sealed-person.js';

export interface MemberRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  joined: boolean;
  createdAt: Date;
}

type Stored = SealedRow<MemberRow, 'name' | 'email'>;

const COLUMNS = `id, name, email, role, password_hash IS NOT NULL AS joined,
  created_at AS "createdAt"`;

/**
 * The people of the tenant. Methods that give a row throw what `TenantKeys` throws: one that does not
 * open is an error, never an empty name.
 */
@Injectable()
export class MembersRepository {
  constructor(
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
  ) {}

  async byId(id: string): Promise<MemberRow | null> {
    const [row] = await this.database.query<Stored>({
      name: 'member-by-id',
      text: `SELECT ${COLUMNS} FROM members WHERE id = $1`,
      values: [id],
    });
    return this.#open(row);
  }

  /** One row more than asked for; see `pageOf`. */
  async page(query: {
    limit: number;
    cursor?: string;
  }): Promise<(MemberRow & { micros: string })[]> {
    const rows = await this.database.query<Stored & { micros: string }>({
      text: `SELECT ${COLUMNS}, ${CREATION_MICROS} FROM members WHERE ${AFTER_IN_CREATION_ORDER}`,
      values: creationValues(query),
    });
    return this.keys.open((cipher) => rows.map((row) => ({ ...row, ...openPerson(cipher, row) })));
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
    const [row] = await tx.query<Stored>({
      text: `SELECT ${COLUMNS} FROM members WHERE id = $1 FOR UPDATE`,
      values: [id],
    });
    return this.#open(row);
  }

  /**
   * The member with this address in whichever form, locked; made on the spot where there is none. The update that
   * changes nothing is what locks an existing one without a gap in which two calls could both insert.
   * An existing one keeps its id, and with it the address that is sealed for that id.
   */
  async lockOrAdd(
    tx: Queryable,
    member: { id: string; email: string; name: string; role: Role },
  ): Promise<MemberRow> {
    const former = await this.#lockFormer(tx, member.email);
    if (former !== null) return former;
    const sealed = await this.keys.seal((cipher) => sealPerson(cipher, member));
    const [row] = await tx.query<Stored>({
      text: `INSERT INTO members (id, email, email_hash, name, role) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (email_hash) DO UPDATE SET email_hash = excluded.email_hash
        RETURNING ${COLUMNS}`,
      values: [member.id, sealed.email, sealed.emailHash, sealed.name, member.role],
    });
    return this.#require(row);
  }

  /** Somebody whose address is not in its canonical form yet. An ASCII address has no other form. */
  async #lockFormer(tx: Queryable, email: string): Promise<MemberRow | null> {
    const forms = await this.keys.open((cipher) => addressHashes(cipher, email));
    if (forms.length === 1) return null;
    const [row] = await tx.query<Stored>({
      text: `SELECT ${COLUMNS} FROM members WHERE email_hash = ANY ($1)
        ORDER BY created_at, id LIMIT 1 FOR UPDATE`,
      values: [forms],
    });
    return this.#open(row);
  }

  async update(
    tx: Queryable,
    id: string,
    change: { name?: string; role?: Role },
  ): Promise<MemberRow> {
    const { name, role } = change;
    const sealed =
      name === undefined ? null : await this.keys.seal((cipher) => sealName(cipher, id, name));
    const [row] = await tx.query<Stored>({
      text: `UPDATE members SET name = coalesce($2, name), role = coalesce($3, role)
        WHERE id = $1 RETURNING ${COLUMNS}`,
      values: [id, sealed, role ?? null],
    });
    return this.#require(row);
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
    const { id } = member;
    const sealed = await this.keys.seal((cipher) => ({
      name: sealName(cipher, id, member.name),
      passwordHash: sealPasswordHash(cipher, id, member.passwordHash),
    }));
    const [row] = await tx.query<Stored>({
      text: `UPDATE members SET name = $2, password_hash = $3,
          password_version = password_version + 1, password_changed_at = now()
        WHERE id = $1 RETURNING ${COLUMNS}`,
      values: [id, sealed.name, sealed.passwordHash],
    });
    return this.#open(row);
  }

  async #open(row: Stored | undefined): Promise<MemberRow | null> {
    if (row === undefined) return null;
    return this.keys.open((cipher) => ({ ...row, ...openPerson(cipher, row) }));
  }

  /** Of a statement that cannot but give a row: it adds one, or changes one that is locked. */
  async #require(row: Stored | undefined): Promise<MemberRow> {
    const member = await this.#open(row);
    if (member === null) throw new Error('A member that was just written is gone.');
    return member;
  }
}
