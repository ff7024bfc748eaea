import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import type { Queryable } from '../../tenancy/tenant-database.js';
import { type AttemptMemory, openMemory, sealMemory } from './sealed-attempt.js';

/** Time for a link to be opened, again for the consent page, and again for choosing an account. */
export const ATTEMPT_MINUTES = 10;

/**
 * - `offered`: the link was given out.
 * - `forwarded`: a browser opened it and was sent to the provider; from now on it is that browser's.
 * - `exchanging`: the provider's answer is here and being used.
 * - `choosing`: the grant reads several accounts.
 */
export type AttemptStage =
  'offered' | 'forwarded' | 'exchanging' | 'choosing' | 'connected' | 'failed';

export interface ConnectionAttempt {
  id: string;
  integrationId: string;
  stage: AttemptStage;
  expired: boolean;
  browserHash: Buffer | null;
  memory: AttemptMemory;
}

type Stored = Omit<ConnectionAttempt, 'memory'> & { memory: Buffer | null };

const COLUMNS = `id, integration_id AS "integrationId", stage, expires_at <= now() AS expired,
  browser_hash AS "browserHash", memory`;

const SOON = `now() + make_interval(mins => ${ATTEMPT_MINUTES})`;

/** A row is locked before it is changed, so of two browsers or two answers at once one is second. */
@Injectable()
export class ConnectionAttemptsRepository {
  constructor(private readonly keys: TenantKeys) {}

  async add(
    tx: Queryable,
    attempt: { id: string; integrationId: string; linkHash: Buffer },
  ): Promise<void> {
    await tx.query({
      text: `INSERT INTO connection_attempts (id, integration_id, link_hash, stage, expires_at)
        VALUES ($1, $2, $3, 'offered', ${SOON})`,
      values: [attempt.id, attempt.integrationId, attempt.linkHash],
    });
  }

  /** How many may still end well. */
  async countOpen(tx: Queryable): Promise<number> {
    const [row] = await tx.query<{ open: number }>({
      text: `SELECT count(*)::int AS open FROM connection_attempts
        WHERE expires_at > now() AND stage IN ('offered', 'forwarded', 'exchanging', 'choosing')`,
      values: [],
    });
    return row?.open ?? 0;
  }

  async lockByLink(tx: Queryable, linkHash: Buffer): Promise<ConnectionAttempt | null> {
    return this.#lock(tx, 'link_hash', linkHash);
  }

  async lockByState(tx: Queryable, stateHash: Buffer): Promise<ConnectionAttempt | null> {
    return this.#lock(tx, 'state_hash', stateHash);
  }

  /** A browser is sent to the provider; a state it was given before is worth nothing any more. */
  async forward(
    tx: Queryable,
    id: string,
    sent: { stateHash: Buffer; browserHash: Buffer; verifier: string | null },
  ): Promise<void> {
    const memory = await this.#seal(id, { verifier: sent.verifier });
    await tx.query({
      text: `UPDATE connection_attempts SET stage = 'forwarded', state_hash = $2, browser_hash = $3,
          memory = $4, expires_at = ${SOON} WHERE id = $1`,
      values: [id, sent.stateHash, sent.browserHash, memory],
    });
  }

  /** The provider's answer is being used: whoever brings it again is second. */
  async exchange(tx: Queryable, id: string): Promise<void> {
    await tx.query({
      text: `UPDATE connection_attempts SET stage = 'exchanging', memory = NULL WHERE id = $1`,
      values: [id],
    });
  }

  /** @param linkHash of the token that the form is sent with */
  async offerAccounts(
    tx: Queryable,
    id: string,
    offer: { accounts: NonNullable<AttemptMemory['accounts']>; linkHash: Buffer },
  ): Promise<void> {
    const memory = await this.#seal(id, { accounts: offer.accounts });
    await tx.query({
      text: `UPDATE connection_attempts SET stage = 'choosing', memory = $2, link_hash = $3,
          expires_at = ${SOON} WHERE id = $1`,
      values: [id, memory, offer.linkHash],
    });
  }

  /** May be begun anew, with another link and by the same browser alone. */
  async offerAgain(tx: Queryable, id: string, linkHash: Buffer, outcome: string): Promise<void> {
    await tx.query({
      text: `UPDATE connection_attempts SET stage = 'forwarded', link_hash = $2, state_hash = NULL,
          memory = NULL, outcome = $3, expires_at = ${SOON} WHERE id = $1`,
      values: [id, linkHash, outcome],
    });
  }

  /** @param outcome the code of what went wrong; null: connected */
  async end(tx: Queryable, id: string, outcome: string | null): Promise<void> {
    await tx.query({
      text: `UPDATE connection_attempts SET stage = $2, outcome = $3, memory = NULL WHERE id = $1`,
      values: [id, outcome === null ? 'connected' : 'failed', outcome],
    });
  }

  /** Those that ended an hour ago and more: until then a late answer is told what became of it. */
  async listOld(on: Queryable): Promise<string[]> {
    const rows = await on.query<{ id: string }>({
      text: `SELECT id FROM connection_attempts WHERE expires_at < now() - interval '1 hour'
        ORDER BY expires_at LIMIT 100`,
      values: [],
    });
    return rows.map(({ id }) => id);
  }

  async remove(on: Queryable, ids: readonly string[]): Promise<void> {
    await on.query({
      text: 'DELETE FROM connection_attempts WHERE id = ANY ($1)',
      values: [ids],
    });
  }

  async #lock(
    tx: Queryable,
    column: 'link_hash' | 'state_hash',
    hash: Buffer,
  ): Promise<ConnectionAttempt | null> {
    const [row] = await tx.query<Stored>({
      text: `SELECT ${COLUMNS} FROM connection_attempts WHERE ${column} = $1 FOR UPDATE`,
      values: [hash],
    });
    if (row === undefined) return null;
    return this.keys.open((cipher) => ({ ...row, memory: openMemory(cipher, row) }));
  }

  #seal(id: string, memory: AttemptMemory): Promise<Buffer> {
    return this.keys.seal((cipher) => sealMemory(cipher, id, memory));
  }
}
