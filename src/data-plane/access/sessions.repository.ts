import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';

export interface NewSession {
  id: string;
  tokenHash: Buffer;
  memberId: string;
  /** Of the password that was checked. */
  passwordVersion: number;
  hours: number;
  requestId: string | undefined;
}

/**
 * The lock on the member makes this wait for a password change or removal under way, and then sees
 * its outcome: a session never outlives the password it was opened with. One round trip, the audit
 * event included; expired sessions of the member go on the same occasion.
 */
const OPEN = `WITH account AS MATERIALIZED (
    SELECT id FROM members WHERE id = $3 AND password_version = $4 FOR SHARE
  ), expired AS (
    DELETE FROM sessions WHERE member_id = $3 AND expires_at <= now()
  ), opened AS (
    INSERT INTO sessions (id, token_hash, member_id, expires_at)
    SELECT $1, $2, account.id, now() + make_interval(hours => $5) FROM account
    RETURNING id, member_id, expires_at
  ), noted AS (
    INSERT INTO audit_events (id, actor_kind, actor_id, action, target_id, request_id)
    SELECT $7, 'member', member_id, 'session.opened', id, $6 FROM opened
  )
  SELECT expires_at AS "expiresAt" FROM opened`;

@Injectable()
export class SessionsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** When it expires; null when the member or that password is no longer there. */
  async open(session: NewSession): Promise<Date | null> {
    const { id, tokenHash, memberId, passwordVersion, hours, requestId } = session;
    const [row] = await this.database.query<{ expiresAt: Date }>({
      name: 'session-open',
      text: OPEN,
      values: [id, tokenHash, memberId, passwordVersion, hours, requestId ?? null, newId('evt')],
    });
    return row?.expiresAt ?? null;
  }

  async end(tx: Queryable, sessionId: string): Promise<void> {
    await tx.query({ text: 'DELETE FROM sessions WHERE id = $1', values: [sessionId] });
  }

  /** Ends all of the member's, but for `exceptSessionId`. */
  async endAll(tx: Queryable, memberId: string, exceptSessionId?: string): Promise<void> {
    await tx.query({
      text: 'DELETE FROM sessions WHERE member_id = $1 AND id IS DISTINCT FROM $2',
      values: [memberId, exceptSessionId ?? null],
    });
  }
}
