import { BrokenPageError } from '../../../../../src/connectors/kit/provider-errors.js';
import { list } from '../../../../../src/connectors/kit/read/list.js';
import { optionalText } from '../../../../../src/connectors/kit/read/optional-text.js';
import { text } from '../../../../../src/connectors/kit/read/text.js';
import { whole } from '../../../../../src/connectors/kit/read/whole.js';
import type { Stream } from '../../../../../src/connectors/kit/stream.js';
import { depotPath } from '../account.js';

interface Row {
  day: string;
  dimensions: Readonly<Record<string, string>>;
  delivered: number;
  late: number;
}

/** The report's cuts, one after the other, with the dimensions of each. */
const CUTS = [
  ['carrier', ['carrier']],
  ['destination', ['country', 'service']],
] as const;

/** One report in two cuts: the cursor is `<cut> <Harbor's own cursor>`. */
export const deliveries: Stream<Row> = {
  name: 'deliveries',
  metrics: ['deliveries.count', 'deliveries.late'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 730,
  // Carriers report late, and up to a week.
  lookBackDays: 7,
  everyMinutes: 60,
  lookBackEveryHours: 24,
  recentDays: 2,
  scope: 'parcels:read',
  async page(client, { account, from, to }, cursor) {
    const [at, after] = placeOf(cursor);
    const [cut, names] = CUTS[at] ?? CUTS[0];
    const query = { cut, from, to, after };
    const { body } = await client.get(`${depotPath(account.id)}/deliveries`, query);
    const lines = list(body, 'lines');
    const next = optionalText(body, 'after');
    return {
      rows: lines.map((line) => narrow(line, names)),
      records: lines.length,
      next: next !== null ? `${at} ${next}` : at + 1 < CUTS.length ? `${at + 1} ` : null,
    };
  },
  map({ day, dimensions, delivered, late }, _slice, points) {
    points.set('deliveries.count', day, delivered, { dimensions });
    points.set('deliveries.late', day, late, { dimensions });
  },
};

function placeOf(cursor: string | null): [number, string | undefined] {
  if (cursor === null) return [0, undefined];
  const [, at = '', after = ''] = /^(\d) (.*)$/.exec(cursor) ?? [];
  if (at === '') throw new BrokenPageError('the cursor is one of ours');
  return [Number(at), after === '' ? undefined : after];
}

function narrow(line: unknown, names: readonly string[]): Row {
  return {
    day: text(line, 'day'),
    dimensions: Object.fromEntries(names.map((name) => [name, text(line, name)])),
    delivered: whole(line, 'delivered'),
    late: whole(line, 'late'),
  };
}
