import { Injectable } from '@nestjs/common';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import type { IntegrationStatus } from '../integrations/integration-status.js';
import { GrantMissingError, GrantRevokedError, ReconnectNeededError } from './tokens.errors.js';

/** What is known of an integration's tokens without opening the secret store. */
export interface Grant {
  integrationId: string;
  status: IntegrationStatus;
  version: number;
  pair: string;
  issuedAt: Date;
  expiresAt: Date;
  refreshExpiresAt: Date | null;
  /** The pair that a refresh was to be kept as, whether it still runs or its worker died. */
  attempt: string | null;
  /** Somebody refreshes right now. */
  busy: boolean;
  /** The last refresh failed a moment ago: seconds until one may be tried; 0: now. */
  restSeconds: number;
}

/** What the one who may refresh has to know. */
export interface Claim {
  /** Refreshes that failed in a row before this one. */
  failures: number;
  /** For how long it was unknown before whether the refresh token was used up; null: it was not. */
  unsureMs: number | null;
}

export interface Life {
  expiresAt: Date;
  refreshExpiresAt: Date | null;
}

const FIND = `SELECT g.integration_id AS "integrationId", i.status, g.version, g.pair,
    g.issued_at AS "issuedAt", g.expires_at AS "expiresAt",
    g.refresh_expires_at AS "refreshExpiresAt", g.attempt,
    coalesce(g.attempt_until > now(), false) AS busy,
    greatest(0, ceil(extract(epoch FROM coalesce(g.retry_at, now()) - now())))::int AS "restSeconds"
  FROM grants g JOIN integrations i ON i.id = g.integration_id WHERE g.integration_id = $1`;

/**
 * The first pair, or one after a new consent. Nothing of what was before it counts any more. Its life is
 * reckoned on the clock of the process that asked for it: the database's own may go otherwise.
 */
const KEEP = `INSERT INTO grants
      (integration_id, version, pair, expires_at, refresh_expires_at, issued_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (integration_id) DO UPDATE
     SET version = EXCLUDED.version, pair = EXCLUDED.pair, issued_at = EXCLUDED.issued_at,
         expires_at = EXCLUDED.expires_at, refresh_expires_at = EXCLUDED.refresh_expires_at,
         attempt = NULL, attempt_until = NULL, unsure_since = NULL, failures = 0, retry_at = NULL
   WHERE grants.version = EXCLUDED.version - 1
  RETURNING version`;

/** Two at once: the second waits for the first, looks again and finds it taken. */
const CLAIM = `WITH before AS (
    SELECT integration_id, unsure_since FROM grants
     WHERE integration_id = $1 AND version = $2 AND attempt IS NOT DISTINCT FROM $3
       AND (attempt_until IS NULL OR attempt_until <= now())
       AND (retry_at IS NULL OR retry_at <= now())
       FOR UPDATE)
  UPDATE grants g
     SET attempt = $4, attempt_until = now() + make_interval(secs => $5),
         unsure_since = coalesce(g.unsure_since, now())
    FROM before WHERE g.integration_id = before.integration_id
  RETURNING g.failures, extract(epoch FROM now() - before.unsure_since) * 1000 AS "unsureMs"`;

const ADVANCE = `UPDATE grants
     SET version = version + 1, pair = $4, issued_at = $7, expires_at = $5,
         refresh_expires_at = $6, attempt = NULL, attempt_until = NULL, unsure_since = NULL,
         failures = 0, retry_at = NULL
   WHERE integration_id = $1 AND version = $2 AND ($3::text IS NULL OR attempt = $3)
  RETURNING version`;

const GIVE_UP = `UPDATE grants
     SET attempt = NULL, attempt_until = NULL, failures = failures + 1,
         unsure_since = CASE WHEN $4 THEN NULL ELSE unsure_since END,
         retry_at = now() + make_interval(secs => $5)
   WHERE integration_id = $1 AND version = $2 AND attempt = $3
  RETURNING version`;

/**
 * Rows of the tenant in context. Each method is one short statement that commits by itself: nothing is
 * locked while the provider or the secret store is asked.
 */
@Injectable()
export class GrantsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** @throws GrantMissingError | GrantRevokedError | ReconnectNeededError where it may not be used */
  async served(integrationId: string): Promise<Grant> {
    const grant = await this.find(integrationId);
    const status = grant?.status ?? (await this.statusOf(integrationId));
    switch (status) {
      case 'revoked':
        throw new GrantRevokedError(integrationId);
      case 'reconnect':
        throw new ReconnectNeededError(integrationId);
      case 'connecting':
      case 'active':
        if (grant !== null) return grant;
        break;
      default:
    }
    throw new GrantMissingError(integrationId);
  }

  async find(integrationId: string): Promise<Grant | null> {
    const [row] = await this.database.query<Grant>({
      name: 'grant-find',
      text: FIND,
      values: [integrationId],
    });
    return row ?? null;
  }

  /** Of the integration itself, whether or not there is a grant; null: there is no such integration. */
  async statusOf(integrationId: string): Promise<IntegrationStatus | null> {
    const [row] = await this.database.query<{ status: IntegrationStatus }>({
      text: 'SELECT status FROM integrations WHERE id = $1',
      values: [integrationId],
    });
    return row?.status ?? null;
  }

  /** The newest version; 0 where there is none. */
  async version(on: Queryable, integrationId: string): Promise<number> {
    const [row] = await on.query<{ version: number }>({
      text: 'SELECT version FROM grants WHERE integration_id = $1',
      values: [integrationId],
    });
    return row?.version ?? 0;
  }

  /** False where another pair of that version came first. */
  async keep(
    on: Queryable,
    integrationId: string,
    kept: { version: number; pair: string } & Life,
  ): Promise<boolean> {
    const rows = await on.query({
      text: KEEP,
      values: [
        integrationId,
        kept.version,
        kept.pair,
        kept.expiresAt,
        kept.refreshExpiresAt,
        new Date(),
      ],
    });
    return rows.length === 1;
  }

  /** Writes the mark, for one of all who try; null for the others. */
  async claim(
    grant: Pick<Grant, 'integrationId' | 'version' | 'attempt'>,
    attempt: string,
    leaseMs: number,
  ): Promise<Claim | null> {
    const { integrationId, version, attempt: found } = grant;
    const [row] = await this.database.query<{ failures: number; unsureMs: string | null }>({
      name: 'grant-claim',
      text: CLAIM,
      values: [integrationId, version, found, attempt, leaseMs / 1000],
    });
    if (row === undefined) return null;
    const { failures, unsureMs } = row;
    return { failures, unsureMs: unsureMs === null ? null : Number(unsureMs) };
  }

  /**
   * Moves on to the next version.
   *
   * @param onlyOf the attempt that must still hold the mark; null: whoever holds it
   * @returns whether it was this pair that became the next version
   */
  async advance(
    { integrationId, version }: Pick<Grant, 'integrationId' | 'version'>,
    onlyOf: string | null,
    next: { pair: string } & Life,
  ): Promise<boolean> {
    const rows = await this.database.query({
      name: 'grant-advance',
      text: ADVANCE,
      values: [
        integrationId,
        version,
        onlyOf,
        next.pair,
        next.expiresAt,
        next.refreshExpiresAt,
        new Date(),
      ],
    });
    return rows.length === 1;
  }

  /**
   * Takes the mark away.
   *
   * @param unused it is certain that the provider did not take the refresh token
   * @returns false where it was no longer there: somebody else went on, or there was a new consent
   */
  async giveUp(
    { integrationId, version }: Pick<Grant, 'integrationId' | 'version'>,
    attempt: string,
    outcome: { unused: boolean; restSeconds: number },
  ): Promise<boolean> {
    const rows = await this.database.query({
      name: 'grant-give-up',
      text: GIVE_UP,
      values: [integrationId, version, attempt, outcome.unused, outcome.restSeconds],
    });
    return rows.length === 1;
  }

  async remove(integrationId: string): Promise<void> {
    await this.database.query({
      text: 'DELETE FROM grants WHERE integration_id = $1',
      values: [integrationId],
    });
  }
}
