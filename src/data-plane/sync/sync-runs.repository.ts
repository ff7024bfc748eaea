import { Injectable } from '@nestjs/common';
import type { Day } from '../../kernel/calendar.js';
import { newId } from '../../kernel/ids.js';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import { addCounts, type RunCounts } from './run/run-counts.js';
import type { SyncCause } from './sync-schedule.js';

export const RUN_STATUSES = ['running', 'paused', 'done', 'failed'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export interface SyncRun extends RunCounts {
  id: string;
  cause: SyncCause;
  status: RunStatus;
  startedAt: Date;
  endedAt: Date | null;
  problem: string | null;
}

/** A run at work. What was read before these times, ms since 1970, is to be read again. */
export interface BegunRun {
  id: string;
  recentAfter: number;
  lookBackAfter: number;
}

interface BegunRow {
  id: string;
  recent_after: Date | null;
  look_back_after: Date | null;
}

type Stored = Omit<SyncRun, 'records' | 'points'> & { records: string; points: string };

/** Of one integration; older ones go. */
const RUNS_KEPT = 500;
const QUARANTINED_KEPT = 1_000;

const COLUMNS = `id, cause, status, started_at AS "startedAt", ended_at AS "endedAt", slices, pages,
  records, points, quarantined, withheld, problem`;

/** What runs did. Numbers and codes: none of it needs keys. */
@Injectable()
export class SyncRunsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** A run that was paused, or whose process died, goes on as the same one. */
  async begin(tx: Queryable, integrationId: string, cause: SyncCause, at: Date): Promise<BegunRun> {
    // A webhook speaks of something new; somebody who asks may have changed anything.
    const lookBackAfter = cause === 'request' ? at : null;
    const recentAfter = cause === 'request' || cause === 'webhook' ? at : null;
    const [open] = await tx.query<BegunRow>({
      text: `UPDATE sync_runs SET status = 'running', problem = NULL,
          recent_after = coalesce($2, recent_after), look_back_after = coalesce($3, look_back_after)
        WHERE id = (SELECT id FROM sync_runs
          WHERE integration_id = $1 AND status IN ('running', 'paused')
          ORDER BY started_at DESC, id DESC LIMIT 1)
        RETURNING id, recent_after, look_back_after`,
      values: [integrationId, recentAfter, lookBackAfter],
    });
    if (open !== undefined) return begunRun(open);
    const id = newId('run');
    await tx.query({
      text: `INSERT INTO sync_runs
          (id, integration_id, cause, status, started_at, recent_after, look_back_after)
        VALUES ($1, $2, $3, 'running', $4, $5, $6)`,
      values: [id, integrationId, cause, at, recentAfter, lookBackAfter],
    });
    return begunRun({ id, recent_after: recentAfter, look_back_after: lookBackAfter });
  }

  /** Adds what was done since; in the transaction that keeps it, so that nothing is counted twice. */
  async count(tx: Queryable, id: string, more: RunCounts): Promise<void> {
    const [row] = await tx.query<Stored>({
      name: 'sync-run-lock',
      text: `SELECT ${COLUMNS} FROM sync_runs WHERE id = $1 FOR UPDATE`,
      values: [id],
    });
    if (row === undefined) return;
    const counts = addCounts(runOf(row), more);
    await tx.query({
      name: 'sync-run-count',
      text: `UPDATE sync_runs SET slices = $2, pages = $3, records = $4, points = $5,
          quarantined = $6, withheld = $7 WHERE id = $1`,
      values: [
        id,
        counts.slices,
        counts.pages,
        counts.records,
        counts.points,
        counts.quarantined,
        counts.withheld,
      ],
    });
  }

  async end(
    on: Queryable,
    id: string,
    how: { status: RunStatus; problem: string | null; at: Date },
  ): Promise<void> {
    await on.query({
      text: `UPDATE sync_runs SET status = $2, problem = $3,
          ended_at = CASE WHEN $2 = 'paused' THEN NULL ELSE $4::timestamptz END WHERE id = $1`,
      values: [id, how.status, how.problem, how.at],
    });
  }

  async quarantine(
    tx: Queryable,
    integrationId: string,
    page: {
      runId: string;
      stream: string;
      from: Day;
      to: Day;
      page: number;
      rule: string;
      at: Date;
    },
  ): Promise<void> {
    await tx.query({
      text: `INSERT INTO quarantined_pages
          (id, integration_id, run_id, stream, slice_from, slice_to, page, rule, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      values: [
        newId('qua'),
        integrationId,
        page.runId,
        page.stream,
        page.from,
        page.to,
        page.page,
        page.rule,
        page.at,
      ],
    });
  }

  /** Newest first; one row more than asked for, see `pageOf`. */
  async list(
    integrationId: string,
    query: { limit: number; before: { micros: string; id: string } | null },
  ): Promise<(SyncRun & { micros: string })[]> {
    const rows = await this.database.query<Stored & { micros: string }>({
      text: `SELECT ${COLUMNS},
          (extract(epoch FROM started_at) * 1000000)::bigint::text AS micros
        FROM sync_runs WHERE integration_id = $1 AND ($2::bigint IS NULL OR (started_at, id) <
          (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::text))
        ORDER BY started_at DESC, id DESC LIMIT $4`,
      values: [
        integrationId,
        query.before?.micros ?? null,
        query.before?.id ?? null,
        query.limit + 1,
      ],
    });
    return rows.map((row) => ({ ...runOf(row), micros: row.micros }));
  }

  /** When somebody last asked for a run, and it began. */
  async lastRequestedAt(integrationId: string): Promise<Date | null> {
    const [row] = await this.database.query<{ at: Date | null }>({
      text: `SELECT max(started_at) AS at FROM sync_runs
        WHERE integration_id = $1 AND cause = 'request'`,
      values: [integrationId],
    });
    return row?.at ?? null;
  }

  async deleteOld(integrationId: string): Promise<void> {
    await this.database.query({
      text: `DELETE FROM sync_runs WHERE id IN (SELECT id FROM sync_runs WHERE integration_id = $1
        ORDER BY started_at DESC, id DESC OFFSET $2)`,
      values: [integrationId, RUNS_KEPT],
    });
    await this.database.query({
      text: `DELETE FROM quarantined_pages WHERE id IN (SELECT id FROM quarantined_pages
        WHERE integration_id = $1 ORDER BY at DESC, id OFFSET $2)`,
      values: [integrationId, QUARANTINED_KEPT],
    });
  }
}

function begunRun(row: BegunRow): BegunRun {
  return {
    id: row.id,
    recentAfter: row.recent_after?.getTime() ?? 0,
    lookBackAfter: row.look_back_after?.getTime() ?? 0,
  };
}

function runOf({ records, points, ...row }: Stored): SyncRun {
  return { ...row, records: Number(records), points: Number(points) };
}
