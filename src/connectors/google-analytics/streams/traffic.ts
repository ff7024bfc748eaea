import { BrokenPageError } from '../../kit/provider-errors.js';
import type { PointSink } from '../../kit/points.js';
import type { Slice, Stream } from '../../kit/stream.js';
import { askReport } from '../reports/ask-report.js';
import { readDay } from '../reports/read-day.js';
import { readReport, type ReportRow } from '../reports/read-report.js';
import type { Report } from '../reports/report.js';
import { REPORTS } from '../reports/reports.js';

interface Row extends ReportRow {
  report: number;
}

/** Every additive figure: one report after the other over the same days, so that all cuts belong together. */
export const traffic: Stream<Row> = {
  name: 'traffic',
  metrics: [...new Set(REPORTS.flatMap(({ columns }) => columns.map(({ metric }) => metric)))],
  covers: 'days',
  sliceDays: 31,
  historyDays: 820,
  // Credit for what happened moves for about twelve days.
  lookBackDays: 14,
  everyMinutes: 240,
  lookBackEveryHours: 24,
  recentDays: 3,
  async page(client, slice, cursor) {
    const [at = 0, offset = 0] = (cursor ?? '0:0').split(':').map(Number);
    const report = REPORTS[at];
    if (report === undefined) throw new BrokenPageError('the cursor is of a report');
    const { body } = await client.post(
      `/v1beta/properties/${slice.account.id}:runReport`,
      askReport(report, slice, { byDay: true, offset }),
    );
    const { rows, rowCount, quality } = readReport(body, report);
    const read = offset + rows.length;
    const hasMore = rows.length > 0 && read < rowCount;
    const isLast = at + 1 >= REPORTS.length;
    return {
      rows: rows.map((row) => ({ ...withoutSearch(row, report), report: at })),
      records: rows.length,
      next: hasMore ? `${at}:${read}` : isLast ? null : `${at + 1}:0`,
      quality,
    };
  },
  map: (row, slice, points) => mapRow(row, REPORTS[row.report] as Report, slice, points),
};

/** One row of a report by day: its date, then the report's dimensions. */
export function mapRow(row: ReportRow, report: Report, slice: Slice, points: PointSink): void {
  const [date = '', ...values] = row.dimensions;
  const day = readDay(date);
  const dimensions = Object.fromEntries(
    report.dimensions.map(({ name }, at) => [name, values[at] ?? '']),
  );
  const { currency } = slice.account;
  for (const [at, { metric, money, fixed }] of report.columns.entries()) {
    const value = row.values[at];
    if (value === null || value === undefined || (money && currency === null)) continue;
    points.add(metric, day, value, {
      ...(money && currency !== null ? { currency } : {}),
      dimensions: { ...dimensions, ...fixed },
    });
  }
}

/** What stands behind `?` and `#` of a page may be about a person; the page is the same without. */
function withoutSearch(row: ReportRow, report: Report): ReportRow {
  // The date comes first.
  const at = 1 + report.dimensions.findIndex(({ name }) => name === 'landing_page');
  if (at === 0) return row;
  const dimensions = row.dimensions.map((value, index) =>
    index === at ? value.replace(/[?#].*$/s, '') : value,
  );
  return { ...row, dimensions };
}
