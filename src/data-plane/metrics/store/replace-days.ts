import type { Point } from '../../../connectors/kit/points.js';
import { dayNumber } from '../../../kernel/calendar.js';
import { newId } from '../../../kernel/ids.js';
import type { Sealer } from '../../../tenancy/keys/tenant-cipher.js';
import type { TenantKeys } from '../../../tenancy/keys/tenant-keys.js';
import type { Queryable } from '../../../tenancy/tenant-database.js';
import { cutDays } from './cut-days.js';
import { DayMatrix } from './day-matrix.js';
import type { ReplaceDays } from './metric-data.js';
import {
  addPieces,
  beginWrite,
  type MetricSet,
  type NewBlock,
  type NewPiece,
  putBlocks,
  readPieces,
} from './metric-sets.repository.js';
import { openPiece, sealBlock, sealPiece } from './sealed-metrics.js';
import { SeriesList } from './series-list.js';

/** Writes what is true of these days from now on; the transaction is the caller's, with keys in hand. */
export async function replaceDays(
  keys: TenantKeys,
  tx: Queryable,
  days: ReplaceDays,
): Promise<{ points: number }> {
  const { integrationId, from, to } = days;
  const span = { from: dayNumber(from), days: dayNumber(to) - dayNumber(from) + 1 };
  if (span.days < 1) throw new RangeError(`There are no days from ${from} to ${to}.`);
  const metrics = [...new Set(days.metrics)];
  const byMetric = sortOut(metrics, days);
  if (metrics.length === 0) return { points: 0 };
  const sets = await beginWrite(
    tx,
    integrationId,
    metrics.map((metric) => ({ metric, id: newId('mst') })),
  );
  const ids = sets.map(({ id }) => id);
  const pieces = await readPieces(tx, ids);
  const finalDays = Math.min(span.days, Math.max(0, dayNumber(days.provisionalFrom) - span.from));

  const work = sets.map((set) => ({
    set,
    pieces: pieces.filter((piece) => piece.set_id === set.id),
    points: byMetric.get(set.metric) ?? [],
  }));
  const sealed = await keys.seal((cipher) =>
    work.map(({ set, pieces, points }) => {
      const matrix = new DayMatrix(span.from, span.days);
      matrix.states.fill(1, 0, finalDays).fill(2, finalDays);
      const list = new SeriesList({ ...set, integrationId });
      for (const piece of pieces) openPiece(cipher, piece, list);
      for (const point of points) place(list, matrix, point);
      return {
        piece: sealUnsaved(cipher, set, list),
        blocks: cutDays(span, matrix.columns.size).map((part) => {
          const where = { setId: set.id, written: set.written, ...part };
          const id = newId('mbk');
          const body = sealBlock(cipher, id, where, matrix.slice(part.from, part.days));
          return { id, ...where, body } satisfies NewBlock;
        }),
      };
    }),
  );
  await addPieces(
    tx,
    sealed.flatMap(({ piece }) => piece ?? []),
  );
  await putBlocks(
    tx,
    sets,
    { from, to },
    sealed.flatMap(({ blocks }) => blocks),
  );
  return { points: days.points.length };
}

/** @throws RangeError of a point that is not among what is replaced: a fault of the caller's */
function sortOut(
  metrics: readonly string[],
  { points, from, to }: ReplaceDays,
): Map<string, Point[]> {
  const byMetric = new Map<string, Point[]>(metrics.map((metric) => [metric, []]));
  for (const point of points) {
    const { metric, day, value } = point;
    const own = byMetric.get(metric);
    if (own === undefined) throw new RangeError(`A point of ${metric}, which is not replaced.`);
    if (day < from || day > to) throw new RangeError(`A point of ${metric} outside the days.`);
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(`A value of ${metric} is no whole number that is kept exactly.`);
    }
    own.push(point);
  }
  return byMetric;
}

function place(list: SeriesList, matrix: DayMatrix, point: Point): void {
  const column = matrix.column(list.numberOf(point));
  const at = dayNumber(point.day) - matrix.from;
  if (!Number.isNaN(column[at])) {
    throw new RangeError(`Two values of ${point.metric} for one series and day.`);
  }
  // Zero has no sign here.
  column[at] = point.value + 0;
}

function sealUnsaved(cipher: Sealer, set: MetricSet, list: SeriesList): NewPiece | null {
  const unsaved = list.unsaved();
  if (unsaved === null) return null;
  const id = newId('mse');
  const entries = sealPiece(cipher, id, unsaved.bytes);
  return { id, setId: set.id, first: unsaved.first, entries };
}
