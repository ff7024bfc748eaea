import { setImmediate as nextTurn } from 'node:timers/promises';
import { METRIC_SERIES } from '../../../../tenants/sealed-columns.js';
import { SealedValueBrokenError } from '../../../infrastructure/envelope/envelope.errors.js';
import { dayNumber } from '../../../kernel/calendar.js';
import type { TenantKeys } from '../../../tenancy/keys/tenant-keys.js';
import type { TenantDatabase } from '../../../tenancy/tenant-database.js';
import { DayMatrix } from './day-matrix.js';
import type { MetricData, ReadMetrics, SeriesData } from './metric-data.js';
import { readSets, type StoredSet } from './metric-sets.repository.js';
import { openBlock, openPiece } from './sealed-metrics.js';
import { SeriesList } from './series-list.js';

/** Other requests get a turn after so much of opening. */
const TURN_MS = 5;

/** What the store holds of these metrics and days, as of one instant. @throws SealedValueBrokenError */
export async function readMetrics(
  { database, keys }: { database: TenantDatabase; keys: TenantKeys },
  asked: ReadMetrics,
): Promise<MetricData> {
  const { from, to } = asked;
  const data: MetricData = { from, to, series: [], coverage: [] };
  const span = { from: dayNumber(from), days: dayNumber(to) - dayNumber(from) + 1 };
  const sets = await readSets(database, asked);
  let turnAt = performance.now();
  for (const set of sets) {
    // Begun anew where a key is younger than those at hand: all it makes is made inside.
    const { series, days } = await keys.open((cipher) => {
      const matrix = new DayMatrix(span.from, span.days);
      const list = new SeriesList(set);
      for (const piece of set.pieces) openPiece(cipher, piece, list);
      for (const block of set.blocks) openBlock(cipher, block, matrix);
      return { series: seriesOf(set, list, matrix), days: matrix.states };
    });
    const { integrationId, metric } = set;
    data.coverage.push({ integrationId, metric, days });
    for (const it of series) data.series.push(it);
    if (performance.now() - turnAt < TURN_MS) continue;
    await nextTurn();
    turnAt = performance.now();
  }
  return data;
}

function seriesOf(
  { id, integrationId, metric }: StoredSet,
  list: SeriesList,
  { columns }: DayMatrix,
): SeriesData[] {
  const found: SeriesData[] = [];
  for (const [number, values] of columns) {
    if (!values.some(isValue)) continue;
    const identity = list.at(number);
    // Its piece of the list was taken away.
    if (identity === undefined) throw new SealedValueBrokenError(pieceOf(id), 'misplaced');
    found.push({ integrationId, metric, ...identity, values });
  }
  return found;
}

function pieceOf(row: string) {
  return { ...METRIC_SERIES.entries, tenantId: '', row };
}

function isValue(value: number): boolean {
  return value === value;
}
