import type { Sealed } from '../../../infrastructure/envelope/sealed-format.js';
import type { Day } from '../../../kernel/calendar.js';
import { dayOfNumber } from '../../../kernel/calendar.js';
import type { Queryable } from '../../../tenancy/tenant-database.js';
import type { BlockPlace } from './block-format.js';
import type { BlockRow, PieceRow } from './sealed-metrics.js';

export interface MetricSet {
  id: string;
  metric: string;
  /** The number of the write under way. */
  written: number;
}

/** What is stored, in one snapshot. */
export interface StoredSet {
  id: string;
  integrationId: string;
  metric: string;
  /** In order. */
  pieces: PieceRow[];
  /** Newest first. */
  blocks: BlockRow[];
}

export interface NewPiece {
  id: string;
  setId: string;
  first: number;
  entries: Sealed;
}

export interface NewBlock extends BlockPlace {
  id: string;
  body: Sealed;
}

const DAY_NUMBERS = `b.from_day - DATE '1970-01-01' AS "from", b.to_day - b.from_day + 1 AS days`;

/**
 * One statement, and so one snapshot: a reader sees no write and no compaction by halves. The order is
 * made here, where it moves references; the database would sort with the content.
 */
const READ = `WITH sets AS (
    SELECT id, integration_id, metric FROM metric_sets
     WHERE metric = ANY ($1::text[]) AND ($2::text[] IS NULL OR integration_id = ANY ($2::text[]))
  )
  SELECT s.integration_id, s.metric, p.set_id, p.id, p.first, p.entries,
         NULL::integer AS "from", NULL::integer AS days, NULL::integer AS written, NULL::bytea AS body
    FROM sets s JOIN metric_series p ON p.set_id = s.id
  UNION ALL
  SELECT s.integration_id, s.metric, b.set_id, b.id, NULL, NULL, ${DAY_NUMBERS}, b.written, b.body
    FROM sets s JOIN metric_blocks b ON b.set_id = s.id
   WHERE b.to_day >= $3::date AND b.from_day <= $4::date`;

interface ReadRow {
  integration_id: string;
  metric: string;
  set_id: string;
  id: string;
  first: number | null;
  entries: Buffer | null;
  from: number | null;
  days: number | null;
  written: number | null;
  body: Buffer | null;
}

export async function readSets(
  on: Queryable,
  asked: { metrics: readonly string[]; integrationIds?: readonly string[]; from: Day; to: Day },
): Promise<StoredSet[]> {
  const rows = await on.query<ReadRow>({
    name: 'metrics-read',
    text: READ,
    values: [asked.metrics, asked.integrationIds ?? null, asked.from, asked.to],
  });
  const sets = new Map<string, StoredSet>();
  for (const { integration_id: integrationId, metric, ...row } of rows) {
    const id = row.set_id;
    const set = sets.get(id) ?? { id, integrationId, metric, pieces: [], blocks: [] };
    sets.set(id, set);
    if (row.entries !== null) set.pieces.push(row as PieceRow);
    else set.blocks.push(row as BlockRow);
  }
  for (const { pieces, blocks } of sets.values()) {
    pieces.sort((a, b) => a.first - b.first);
    blocks.sort((a, b) => b.written - a.written || a.from - b.from);
  }
  return [...sets.values()];
}

/** Locks the sets of these metrics, making those that are not there; in one order, so that no two wait for each other. */
export function beginWrite(
  tx: Queryable,
  integrationId: string,
  metrics: readonly { metric: string; id: string }[],
): Promise<MetricSet[]> {
  const sorted = metrics.toSorted((a, b) => (a.metric < b.metric ? -1 : 1));
  return tx.query<MetricSet>({
    name: 'metrics-begin',
    text: `INSERT INTO metric_sets (id, integration_id, metric, writes)
      SELECT id, $1, metric, 1 FROM unnest($2::text[], $3::text[]) AS it (id, metric)
      ON CONFLICT (integration_id, metric) DO UPDATE SET writes = metric_sets.writes + 1
      RETURNING id, metric, writes AS written`,
    values: [integrationId, sorted.map(({ id }) => id), sorted.map(({ metric }) => metric)],
  });
}

/** As `beginWrite`, for a set that may have gone meanwhile. */
export async function lockSet(
  tx: Queryable,
  integrationId: string,
  metric: string,
): Promise<MetricSet | undefined> {
  const [set] = await tx.query<MetricSet>({
    name: 'metrics-lock-set',
    text: `UPDATE metric_sets SET writes = writes + 1 WHERE integration_id = $1 AND metric = $2
      RETURNING id, metric, writes AS written`,
    values: [integrationId, metric],
  });
  return set;
}

export function readPieces(tx: Queryable, setIds: readonly string[]): Promise<PieceRow[]> {
  return tx.query<PieceRow>({
    name: 'metrics-pieces',
    text: `SELECT id, set_id, first, entries FROM metric_series WHERE set_id = ANY ($1)
      ORDER BY set_id, first`,
    values: [setIds],
  });
}

export async function addPieces(tx: Queryable, pieces: readonly NewPiece[]): Promise<void> {
  if (pieces.length === 0) return;
  await tx.query({
    name: 'metrics-add-pieces',
    text: `INSERT INTO metric_series (id, set_id, first, entries)
      SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::bytea[])`,
    values: [
      pieces.map(({ id }) => id),
      pieces.map(({ setId }) => setId),
      pieces.map(({ first }) => first),
      pieces.map(({ entries }) => entries),
    ],
  });
}

/** Puts blocks in the place of those that lie within these days and were written before. */
export async function putBlocks(
  tx: Queryable,
  sets: readonly MetricSet[],
  days: { from: Day; to: Day },
  blocks: readonly NewBlock[],
): Promise<void> {
  await tx.query({
    name: 'metrics-put-blocks',
    text: `WITH gone AS (
        DELETE FROM metric_blocks b WHERE set_id = ANY ($1) AND from_day >= $2::date AND to_day <= $3::date
      )
      ${insertBlocks('false', 4)}`,
    values: [sets.map(({ id }) => id), days.from, days.to, ...columnsOf(blocks)],
  });
}

/** Puts folded blocks in the place of those with these ids. */
export async function foldBlocks(
  tx: Queryable,
  gone: readonly string[],
  blocks: readonly NewBlock[],
): Promise<void> {
  await tx.query({
    name: 'metrics-fold-blocks',
    text: `WITH gone AS (DELETE FROM metric_blocks WHERE id = ANY ($1)) ${insertBlocks('true', 2)}`,
    values: [gone, ...columnsOf(blocks)],
  });
}

function insertBlocks(folded: 'true' | 'false', first: number): string {
  const types = ['text', 'text', 'date', 'date', 'integer', 'bytea'];
  const arrays = types.map((type, index) => `$${first + index}::${type}[]`).join(', ');
  return `INSERT INTO metric_blocks (id, set_id, from_day, to_day, written, body, folded)
    SELECT *, ${folded} FROM unnest(${arrays})`;
}

function columnsOf(blocks: readonly NewBlock[]): unknown[][] {
  return [
    blocks.map(({ id }) => id),
    blocks.map(({ setId }) => setId),
    blocks.map(({ from }) => dayOfNumber(from)),
    blocks.map(({ from, days }) => dayOfNumber(from + days - 1)),
    blocks.map(({ written }) => written),
    blocks.map(({ body }) => body),
  ];
}

/** Sets in which compaction has something to do. */
export async function setsToFold(
  on: Queryable,
  integrationId: string,
  atLeast: number,
): Promise<string[]> {
  const rows = await on.query<{ metric: string }>({
    name: 'metrics-to-fold',
    text: `SELECT s.metric FROM metric_sets s WHERE s.integration_id = $1 AND (
        (SELECT count(*) FROM metric_blocks b WHERE b.set_id = s.id AND NOT b.folded) >= $2
        OR (SELECT count(*) FROM metric_series p WHERE p.set_id = s.id) > $2)`,
    values: [integrationId, atLeast],
  });
  return rows.map(({ metric }) => metric);
}

export function listBlocks(
  tx: Queryable,
  setId: string,
): Promise<{ id: string; from: number; days: number; folded: boolean }[]> {
  return tx.query({
    name: 'metrics-list-blocks',
    text: `SELECT b.id, ${DAY_NUMBERS}, b.folded FROM metric_blocks b WHERE b.set_id = $1`,
    values: [setId],
  });
}

/** Newest first. */
export function readBlocks(tx: Queryable, ids: readonly string[]): Promise<BlockRow[]> {
  return tx.query<BlockRow>({
    name: 'metrics-blocks',
    text: `SELECT b.id, b.set_id, ${DAY_NUMBERS}, b.written, b.body FROM metric_blocks b
      WHERE b.id = ANY ($1) ORDER BY b.written DESC`,
    values: [ids],
  });
}

export async function removePieces(tx: Queryable, ids: readonly string[]): Promise<void> {
  await tx.query({ text: 'DELETE FROM metric_series WHERE id = ANY ($1)', values: [ids] });
}

/** In the order in which writers lock them. */
export async function removeSets(tx: Queryable, integrationId: string): Promise<void> {
  await tx.query({
    text: `WITH locked AS (
        SELECT id FROM metric_sets WHERE integration_id = $1 ORDER BY metric COLLATE "C" FOR UPDATE
      )
      DELETE FROM metric_sets s USING locked l WHERE s.id = l.id`,
    values: [integrationId],
  });
}
