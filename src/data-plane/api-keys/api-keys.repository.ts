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
import { openKeyName, sealKeyName } from './sealed-key-name.js';

export interface ApiKeyRow {
  id: string;
  name: string;
  role: Role;
  hint: string;
  createdBy: string | null;
  createdAt: Date;
}

export interface NewApiKey {
  id: string;
  name: string;
  role: Role;
  keyHash: Buffer;
  hint: string;
}

type Stored = SealedRow<ApiKeyRow, 'name'>;

const COLUMNS = `id, name, role, hint, created_by AS "createdBy", created_at AS "createdAt"`;

/** The caller as a member: itself, or whoever answers for the key it came with. */
const MAKER = {
  member: `SELECT m.id FROM members m WHERE m.id = $6 AND m.role = $7 FOR SHARE OF m`,
  'api-key': `SELECT m.id FROM api_keys k JOIN members m ON m.id = k.created_by
    WHERE k.id = $6 AND k.role = $7 FOR SHARE OF m`,
} as const;

/** The tenant's API keys. What opens or seals a name throws what `TenantKeys` throws. */
@Injectable()
export class ApiKeysRepository {
  constructor(
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
  ) {}

  /** One row more than asked for; see `pageOf`. */
  async page(query: {
    limit: number;
    cursor?: string;
  }): Promise<(ApiKeyRow & { micros: string })[]> {
    const rows = await this.database.query<Stored & { micros: string }>({
      text: `SELECT ${COLUMNS}, ${CREATION_MICROS} FROM api_keys WHERE ${AFTER_IN_CREATION_ORDER}`,
      values: creationValues(query),
    });
    return this.keys.open((cipher) =>
      rows.map((row) => ({ ...row, name: openKeyName(cipher, row) })),
    );
  }

  /**
   * Adds a key, on behalf of a member. Null when that member, or the key the call came with, is gone
   * or has another role by now: the lock makes this wait for a removal or demotion under way, which
   * would otherwise miss the new key.
   */
  async add(
    tx: Queryable,
    key: NewApiKey,
    maker: { kind: keyof typeof MAKER; id: string; role: Role },
  ): Promise<ApiKeyRow | null> {
    const name = await this.keys.seal((cipher) => sealKeyName(cipher, key.id, key.name));
    const [row] = await tx.query<Stored>({
      text: `WITH maker AS MATERIALIZED (${MAKER[maker.kind]})
        INSERT INTO api_keys (id, name, role, key_hash, hint, created_by)
        SELECT $1, $2, $3, $4, $5, maker.id FROM maker RETURNING ${COLUMNS}`,
      values: [key.id, name, key.role, key.keyHash, key.hint, maker.id, maker.role],
    });
    return row === undefined ? null : { ...row, name: key.name };
  }

  /**
   * Locks it; its role, or null when it is not there. The name stays sealed, so that a key can be
   * ended while the key store is away or its row was tampered with.
   */
  async lock(tx: Queryable, id: string): Promise<Role | null> {
    if (!hasFormOfId(id)) return null;
    const [row] = await tx.query<{ role: Role }>({
      text: 'SELECT role FROM api_keys WHERE id = $1 FOR UPDATE',
      values: [id],
    });
    return row?.role ?? null;
  }

  async remove(tx: Queryable, id: string): Promise<void> {
    await tx.query({ text: 'DELETE FROM api_keys WHERE id = $1', values: [id] });
  }

  /** Removes the member's keys with one of these roles; their ids. */
  async removeOf(tx: Queryable, memberId: string, roles: readonly Role[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>({
      text: 'DELETE FROM api_keys WHERE created_by = $1 AND role = ANY ($2) RETURNING id',
      values: [memberId, roles],
    });
    return rows.map(({ id }) => id);
  }
}
