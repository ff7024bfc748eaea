import { Injectable } from '@nestjs/common';
import type { Identity } from '../../tenancy/access.js';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import type { Role } from '../../tenancy/tenancy.js';

export interface FoundCredential {
  actor: Identity['actor'];
  validForMs: number;
}

const KEY_BY_HASH = `SELECT id, role FROM api_keys WHERE key_hash = $1`;

const SESSION_BY_HASH = `SELECT s.id, s.member_id, m.role,
    (extract(epoch FROM s.expires_at - now()) * 1000)::float8 AS valid_for_ms
  FROM sessions s JOIN members m ON m.id = s.member_id
  WHERE s.token_hash = $1 AND s.expires_at > now()`;

/** Looks credentials up in the tenant in context, whose own they must be. */
@Injectable()
export class CredentialsRepository {
  constructor(private readonly database: TenantDatabase) {}

  async apiKey(hash: Buffer): Promise<FoundCredential | null> {
    const [row] = await this.database.query<{ id: string; role: Role }>({
      name: 'access-key-by-hash',
      text: KEY_BY_HASH,
      values: [hash],
    });
    if (row === undefined) return null;
    return { actor: { kind: 'api-key', id: row.id, role: row.role }, validForMs: Infinity };
  }

  async session(hash: Buffer): Promise<FoundCredential | null> {
    const [row] = await this.database.query<{
      id: string;
      member_id: string;
      role: Role;
      valid_for_ms: number;
    }>({ name: 'access-session-by-hash', text: SESSION_BY_HASH, values: [hash] });
    if (row === undefined) return null;
    return {
      actor: { kind: 'member', id: row.member_id, role: row.role, sessionId: row.id },
      validForMs: row.valid_for_ms,
    };
  }
}
