import { Injectable } from '@nestjs/common';
import type { QualityFlag } from '../../connectors/kit/stream.js';
import type { Day } from '../../kernel/calendar.js';
import { newId } from '../../kernel/ids.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import type { Gap, Round, StreamState } from './plan/stream-state.js';
import {
  openProgress,
  sealProgress,
  type SliceProgress,
  streamRowId,
} from './slice/slice-progress.js';

interface Row {
  id: string;
  stream: string;
  history_from: Day | null;
  covered_from: Day | null;
  covered_to: Day | null;
  recent_at: Date | null;
  look_back_at: Date | null;
  round_kind: Round['kind'] | null;
  round_begun: Date | null;
  round_from: Day | null;
  round_to: Day | null;
  round_next: Day | null;
  rest_until: Date | null;
  rested_at: Date | null;
  rest_code: string | null;
  rests: number;
  quality: QualityFlag[];
}

interface GapRow {
  id: string;
  stream: string;
  from: Day;
  to: Day;
  tries: number;
  retry_at: Date;
}

const COLUMNS = `id, stream, history_from::text, covered_from::text, covered_to::text, recent_at,
  look_back_at, round_kind, round_begun, round_from::text, round_to::text, round_next::text,
  rest_until, rested_at, rest_code, rests, quality`;

/** How far each stream is. What writes `progress` needs the tenant's keys: inside a `KeyedTransaction`. */
@Injectable()
export class SyncStreamsRepository {
  constructor(
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
  ) {}

  async states(integrationId: string): Promise<StreamState[]> {
    const rows = await this.database.query<Row>({
      text: `SELECT ${COLUMNS} FROM sync_streams WHERE integration_id = $1`,
      values: [integrationId],
    });
    return rows.map(stateOf);
  }

  /** The slices under way, by stream. @throws what `TenantKeys` throws */
  async progress(integrationId: string): Promise<Map<string, SliceProgress>> {
    const rows = await this.database.query<{ id: string; stream: string; progress: Buffer }>({
      text: `SELECT id, stream, progress FROM sync_streams
        WHERE integration_id = $1 AND progress IS NOT NULL`,
      values: [integrationId],
    });
    if (rows.length === 0) return new Map();
    const opened = await this.keys.open((cipher) =>
      rows.map((row) => [row.stream, openProgress(cipher, row.id, row.progress)] as const),
    );
    return new Map(opened.flatMap(([name, it]) => (it === null ? [] : [[name, it] as const])));
  }

  async gaps(integrationId: string, on: Queryable = this.database): Promise<Gap[]> {
    const rows = await on.query<GapRow>({
      text: `SELECT id, stream, slice_from::text AS from, slice_to::text AS to, tries, retry_at
        FROM sync_gaps WHERE integration_id = $1 ORDER BY slice_to DESC, id`,
      values: [integrationId],
    });
    return rows.map(({ retry_at, ...gap }) => ({ ...gap, retryAt: retry_at.getTime() }));
  }

  async saveProgress(
    tx: Queryable,
    integrationId: string,
    stream: string,
    progress: SliceProgress,
  ): Promise<void> {
    const id = streamRowId(integrationId, stream);
    const sealed = await this.keys.seal((cipher) => sealProgress(cipher, id, progress));
    await tx.query({
      name: 'sync-save-progress',
      text: `INSERT INTO sync_streams (id, integration_id, stream, progress) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET progress = excluded.progress`,
      values: [id, integrationId, stream, sealed],
    });
  }

  /** Writes how far the stream is; the slice that was under way is over. */
  async write(tx: Queryable, integrationId: string, state: StreamState): Promise<void> {
    const { round, rest } = state;
    await tx.query({
      name: 'sync-write-stream',
      text: `INSERT INTO sync_streams (id, integration_id, stream, history_from, covered_from,
          covered_to, recent_at, look_back_at, round_kind, round_begun, round_from, round_to,
          round_next, rest_until, rested_at, rest_code, rests, quality)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT (id) DO UPDATE SET (history_from, covered_from, covered_to, recent_at,
          look_back_at, round_kind, round_begun, round_from, round_to, round_next, rest_until,
          rested_at, rest_code, rests, quality, progress) =
        (excluded.history_from, excluded.covered_from, excluded.covered_to, excluded.recent_at,
          excluded.look_back_at, excluded.round_kind, excluded.round_begun, excluded.round_from,
          excluded.round_to, excluded.round_next, excluded.rest_until, excluded.rested_at,
          excluded.rest_code, excluded.rests, excluded.quality, NULL)`,
      values: [
        streamRowId(integrationId, state.stream),
        integrationId,
        state.stream,
        state.historyFrom,
        state.coveredFrom,
        state.coveredTo,
        dateOf(state.recentAt),
        dateOf(state.lookBackAt),
        round?.kind ?? null,
        dateOf(round?.begun ?? null),
        round?.from ?? null,
        round?.to ?? null,
        round?.next ?? null,
        dateOf(rest?.until ?? null),
        dateOf(rest?.since ?? null),
        rest?.code ?? null,
        rest?.count ?? 0,
        state.quality,
      ],
    });
  }

  /** Days that were left for later, or have to be for longer. */
  async leaveGap(tx: Queryable, integrationId: string, gap: Omit<Gap, 'id'>): Promise<void> {
    await tx.query({
      text: `INSERT INTO sync_gaps (id, integration_id, stream, slice_from, slice_to, tries, retry_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (integration_id, stream, slice_from, slice_to)
        DO UPDATE SET tries = excluded.tries, retry_at = excluded.retry_at`,
      values: [
        newId('gap'),
        integrationId,
        gap.stream,
        gap.from,
        gap.to,
        gap.tries,
        dateOf(gap.retryAt),
      ],
    });
  }

  /** These days are known now: what was left of them is done with. */
  async closeGaps(
    tx: Queryable,
    integrationId: string,
    slice: { stream: string; from: Day; to: Day },
  ): Promise<void> {
    await tx.query({
      name: 'sync-close-gaps',
      text: `DELETE FROM sync_gaps
        WHERE integration_id = $1 AND stream = $2 AND slice_from >= $3 AND slice_to <= $4`,
      values: [integrationId, slice.stream, slice.from, slice.to],
    });
  }

  /** As if nothing had ever been read. */
  async forget(tx: Queryable, integrationId: string): Promise<void> {
    for (const table of ['sync_streams', 'sync_gaps']) {
      await tx.query({
        text: `DELETE FROM ${table} WHERE integration_id = $1`,
        values: [integrationId],
      });
    }
  }
}

function stateOf(row: Row): StreamState {
  return {
    stream: row.stream,
    historyFrom: row.history_from,
    coveredFrom: row.covered_from,
    coveredTo: row.covered_to,
    recentAt: row.recent_at?.getTime() ?? null,
    lookBackAt: row.look_back_at?.getTime() ?? null,
    round: roundOf(row),
    rest: restOf(row),
    quality: row.quality,
  };
}

function roundOf(row: Row): Round | null {
  const { round_kind: kind, round_begun: begun, round_from: from } = row;
  const { round_to: to, round_next: next } = row;
  if (kind === null || begun === null || from === null || to === null || next === null) return null;
  return { kind, begun: begun.getTime(), from, to, next };
}

function restOf(row: Row): StreamState['rest'] {
  const { rest_until: until, rested_at: since, rest_code: code, rests: count } = row;
  if (until === null || since === null || code === null) return null;
  return { since: since.getTime(), until: until.getTime(), code, count };
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
