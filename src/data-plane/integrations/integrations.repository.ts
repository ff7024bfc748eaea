import { Injectable } from '@nestjs/common';
import type { Account } from '../../connectors/kit/account.js';
import type { QualityFlag } from '../../connectors/kit/stream.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import { hasFormOfId } from '../id-form.js';
import {
  AFTER_IN_CREATION_ORDER,
  CREATION_MICROS,
  creationValues,
} from '../paging/creation-order.js';
import { type IntegrationStatus, statusesBefore } from './integration-status.js';
import {
  accountHash,
  type IntegrationParams,
  openIntegration,
  sealAccount,
  sealParams,
} from './sealed-integration.js';

export interface Integration {
  id: string;
  provider: string;
  status: IntegrationStatus;
  params: IntegrationParams;
  /** Null until it is connected, and again once it is disconnected and done with. */
  account: Account | null;
  /** Made-up data (a test mode). */
  test: boolean;
  createdAt: Date;
  connectedAt: Date | null;
  /** When a sync last ended well. */
  lastSyncedAt: Date | null;
  nextSyncAt: Date | null;
  /** Why it does not go on, or why the last sync failed. */
  problem: { code: string; at: Date } | null;
  quality: readonly QualityFlag[];
  /** Asked for and not given. */
  missingScopes: readonly string[];
  disconnectedAt: Date | null;
  receipt: string | null;
}

interface Stored extends Omit<Integration, 'params' | 'account' | 'problem'> {
  params: Buffer | null;
  account: Buffer | null;
  problemCode: string | null;
  problemAt: Date | null;
}

const COLUMNS = `id, provider, status, params, account, test, created_at AS "createdAt",
  connected_at AS "connectedAt", last_synced_at AS "lastSyncedAt", next_sync_at AS "nextSyncAt",
  problem AS "problemCode", problem_at AS "problemAt", quality, missing_scopes AS "missingScopes",
  disconnected_at AS "disconnectedAt", receipt`;

/**
 * The tenant's integrations. Whatever gives one, or takes params or an account, needs the tenant's keys:
 * it throws what `TenantKeys` throws, and inside a transaction that is a `KeyedTransaction`. The rest
 * works without keys.
 */
@Injectable()
export class IntegrationsRepository {
  constructor(
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
  ) {}

  async find(id: string): Promise<Integration | null> {
    if (!hasFormOfId(id)) return null;
    const [row] = await this.database.query<Stored>({
      name: 'integration-by-id',
      text: `SELECT ${COLUMNS} FROM integrations WHERE id = $1`,
      values: [id],
    });
    return this.#open(row);
  }

  /** Without those that were disconnected. One row more than asked for; see `pageOf`. */
  async list(query: {
    limit: number;
    cursor?: string;
  }): Promise<(Integration & { micros: string })[]> {
    const rows = await this.database.query<Stored & { micros: string }>({
      text: `SELECT ${COLUMNS}, ${CREATION_MICROS} FROM integrations
        WHERE status <> 'disconnected' AND ${AFTER_IN_CREATION_ORDER}`,
      values: creationValues(query),
    });
    return this.keys.open((cipher) =>
      rows.map((row) => ({
        ...integrationOf(row, openIntegration(cipher, row)),
        micros: row.micros,
      })),
    );
  }

  /** Reads it and keeps others from changing it until the transaction ends. */
  async lock(tx: Queryable, id: string): Promise<Integration | null> {
    if (!hasFormOfId(id)) return null;
    const [row] = await tx.query<Stored>({
      text: `SELECT ${COLUMNS} FROM integrations WHERE id = $1 FOR UPDATE`,
      values: [id],
    });
    return this.#open(row);
  }

  /** A new one, `connecting`. */
  async add(
    tx: Queryable,
    integration: { id: string; provider: string; params: IntegrationParams },
  ): Promise<void> {
    const { id, provider } = integration;
    const params = await this.keys.seal((cipher) => sealParams(cipher, id, integration.params));
    await tx.query({
      text: `INSERT INTO integrations (id, provider, status, params)
        VALUES ($1, $2, 'connecting', $3)`,
      values: [id, provider, params],
    });
  }

  /**
   * Moves it to `active` with this account. `taken`: another integration of the tenant has the account.
   * `ended`: it was disconnected meanwhile. Whoever calls has come through the tenant's `ConnectionDoor`: of two
   * at once with one account the second has waited for the first, so that no statement has to fail on the
   * unique index and leave its values in the server's log.
   */
  async connect(
    tx: Queryable,
    integration: Pick<Integration, 'id' | 'provider'>,
    account: Account,
    missingScopes: readonly string[] = [],
  ): Promise<'connected' | 'taken' | 'ended'> {
    const { id, provider } = integration;
    const sealed = await this.keys.seal((cipher) => ({
      account: sealAccount(cipher, id, account),
      hash: accountHash(cipher, provider, account.id),
    }));
    const holder = await this.#holderOf(tx, sealed.hash);
    if (holder !== null && holder !== id) return 'taken';
    const rows = await tx.query({
      text: `UPDATE integrations SET status = 'active', account = $2, account_hash = $3, test = $4,
          connected_at = $7, problem = NULL, problem_at = NULL, missing_scopes = $6
        WHERE id = $1 AND status = ANY ($5) RETURNING id`,
      values: [
        id,
        sealed.account,
        sealed.hash,
        account.test,
        statusesBefore('active'),
        missingScopes,
        // Held against what providers and syncs say of times, which are a process's and not the database's.
        new Date(),
      ],
    });
    return rows.length === 1 ? 'connected' : 'ended';
  }

  /** The integration that has this account, if one of the tenant's has. */
  async idOfAccount(on: Queryable, provider: string, accountId: string): Promise<string | null> {
    const hash = await this.keys.open((cipher) => accountHash(cipher, provider, accountId));
    return this.#holderOf(on, hash);
  }

  /** What the provider says of the account now (`Connector.refreshAccount`); its id never changes. */
  async describeAccount(tx: Queryable, id: string, account: Account): Promise<void> {
    const sealed = await this.keys.seal((cipher) => sealAccount(cipher, id, account));
    await tx.query({
      text: 'UPDATE integrations SET account = $2, test = $3 WHERE id = $1',
      values: [id, sealed, account.test],
    });
  }

  /**
   * Moves it, if the table of moves allows that from where it is; whether it did. Needs no keys. One that
   * does not go on has no next sync.
   *
   * @param problem the code of why, shown until it is connected or synced again
   */
  async setStatus(
    on: Queryable,
    id: string,
    to: Exclude<IntegrationStatus, 'connecting'>,
    problem: string | null = null,
  ): Promise<boolean> {
    const rows = await on.query({
      text: `UPDATE integrations SET status = $2, problem = $3,
          next_sync_at = CASE WHEN $2 = 'active' THEN next_sync_at END,
          problem_at = CASE WHEN $3::text IS NULL THEN NULL ELSE now() END
        WHERE id = $1 AND status = ANY ($4) RETURNING id`,
      values: [id, to, problem, statusesBefore(to)],
    });
    return rows.length === 1;
  }

  /** One that is `active` and has no tokens cannot go on by itself: it was revoked and reconnected at once. */
  async requireTokens(on: Queryable, id: string): Promise<void> {
    await on.query({
      text: `UPDATE integrations SET status = 'reconnect', problem = 'reconnect_needed',
          problem_at = now(), next_sync_at = NULL
        WHERE id = $1 AND status = 'active'
          AND NOT EXISTS (SELECT FROM grants WHERE integration_id = $1)`,
      values: [id],
    });
  }

  /** A sync ended well: its time is kept, and the problem of an earlier one goes. */
  async setSynced(
    on: Queryable,
    id: string,
    sync: { at: Date; nextAt: Date | null; quality: readonly QualityFlag[] },
  ): Promise<void> {
    await on.query({
      text: `UPDATE integrations SET last_synced_at = $2, next_sync_at = $3, quality = $4,
          problem = NULL, problem_at = NULL WHERE id = $1 AND status = 'active'`,
      values: [id, sync.at, sync.nextAt, sync.quality],
    });
  }

  /** A sync failed, or waits. @param problem an error code; null: it only goes on later */
  async setNextSync(
    on: Queryable,
    id: string,
    nextAt: Date | null,
    problem: string | null = null,
  ): Promise<void> {
    await on.query({
      text: `UPDATE integrations SET next_sync_at = $2, problem = coalesce($3, problem),
          problem_at = CASE WHEN $3::text IS NULL THEN problem_at ELSE now() END
        WHERE id = $1 AND status = 'active'`,
      values: [id, nextAt, problem],
    });
  }

  /** Removes those that nobody connected within a day, and for which no link is open; their ids. */
  async removeAbandoned(on: Queryable): Promise<string[]> {
    const rows = await on.query<{ id: string }>({
      text: `DELETE FROM integrations i
        WHERE i.status = 'connecting' AND i.created_at < now() - interval '1 day'
          AND NOT EXISTS (SELECT FROM connection_attempts a WHERE a.integration_id = i.id)
        RETURNING i.id`,
      values: [],
    });
    return rows.map(({ id }) => id);
  }

  async #holderOf(on: Queryable, hash: Buffer): Promise<string | null> {
    const [row] = await on.query<{ id: string }>({
      text: 'SELECT id FROM integrations WHERE account_hash = $1',
      values: [hash],
    });
    return row?.id ?? null;
  }

  async #open(row: Stored | undefined): Promise<Integration | null> {
    if (row === undefined) return null;
    return this.keys.open((cipher) => integrationOf(row, openIntegration(cipher, row)));
  }
}

function integrationOf(row: Stored, opened: Pick<Integration, 'params' | 'account'>): Integration {
  const { problemCode: code, problemAt: at, ...rest } = row;
  return { ...rest, ...opened, problem: code === null || at === null ? null : { code, at } };
}
