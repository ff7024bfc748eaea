import { METRIC_BLOCKS } from '../../../../tenants/sealed-columns.js';
import { SealedValueBrokenError } from '../../../infrastructure/envelope/envelope.errors.js';
import { dayNumber, dayOfNumber } from '../../../kernel/calendar.js';
import { newId } from '../../../kernel/ids.js';
import type { TenantKeys } from '../../../tenancy/keys/tenant-keys.js';
import type { Queryable } from '../../../tenancy/tenant-database.js';
import { cutDays, type Span } from './cut-days.js';
import { DayMatrix } from './day-matrix.js';
import {
  addPieces,
  foldBlocks,
  listBlocks,
  lockSet,
  type MetricSet,
  readBlocks,
  readPieces,
  removePieces,
} from './metric-sets.repository.js';
import { openBlock, openPiece, sealBlock, sealPiece } from './sealed-metrics.js';
import { SeriesList } from './series-list.js';

/** More than any slice has, and than any block that was folded. */
const DAYS_MAX = 3_700;

/**
 * Folds what was written to a set since the last time into blocks of a calendar year (or of equal parts
 * of one, where that would be too large), and its list of series into one piece. Holds the set's lock, as
 * whoever writes to it does; nobody reads differently before and after.
 */
export async function compactSet(
  keys: TenantKeys,
  tx: Queryable,
  integrationId: string,
  metric: string,
): Promise<void> {
  const set = await lockSet(tx, integrationId, metric);
  if (set === undefined) return;
  await foldSeries(keys, tx, integrationId, set);
  const blocks = await listBlocks(tx, set.id);
  for (const { id, days } of blocks) if (days > DAYS_MAX) throw notOurs(id);
  const years = new Set<number>();
  for (const block of blocks) if (!block.folded) yearsOf(block).forEach((year) => years.add(year));
  // All that speaks of these years, and so all of what is not folded.
  const concerned = blocks.filter((block) => yearsOf(block).some((year) => years.has(year)));
  if (concerned.length === 0) return;
  const ids = concerned.map(({ id }) => id);
  const rows = await readBlocks(tx, ids);
  const folded = await keys.seal((cipher) =>
    [...years].flatMap((year) => {
      const from = dayNumber(`${year}-01-01`);
      const matrix = new DayMatrix(from, dayNumber(`${year}-12-31`) - from + 1);
      for (const row of rows) openBlock(cipher, row, matrix);
      return cutDays(knownDays(matrix), matrix.columns.size).map((part) => {
        const place = { setId: set.id, written: set.written, ...part };
        const id = newId('mbk');
        const body = sealBlock(cipher, id, place, matrix.slice(part.from, part.days));
        return { id, ...place, body };
      });
    }),
  );
  await foldBlocks(tx, ids, folded);
}

async function foldSeries(
  keys: TenantKeys,
  tx: Queryable,
  integrationId: string,
  set: MetricSet,
): Promise<void> {
  const pieces = await readPieces(tx, [set.id]);
  if (pieces.length < 2) return;
  const whole = await keys.seal((cipher) => {
    const list = new SeriesList({ ...set, integrationId });
    for (const piece of pieces) openPiece(cipher, piece, list);
    const id = newId('mse');
    return { id, setId: set.id, first: 0, entries: sealPiece(cipher, id, list.whole()) };
  });
  await removePieces(
    tx,
    pieces.map(({ id }) => id),
  );
  await addPieces(tx, [whole]);
}

/** A row says so that none of us wrote. Years are gone through before the block itself is opened and refused. */
function notOurs(row: string): SealedValueBrokenError {
  return new SealedValueBrokenError({ ...METRIC_BLOCKS.body, tenantId: '', row }, 'misplaced');
}

function yearsOf({ from, days }: Span): number[] {
  const first = yearOf(from);
  return Array.from({ length: yearOf(from + days - 1) - first + 1 }, (_, index) => first + index);
}

function yearOf(day: number): number {
  return Number(dayOfNumber(day).slice(0, 4));
}

/** From the first known day of the year to the last. */
function knownDays({ from, states }: DayMatrix): Span {
  const first = states.findIndex((state) => state !== 0);
  const last = states.findLastIndex((state) => state !== 0);
  return { from: from + first, days: last - first + 1 };
}
