import type { Day } from '../../../kernel/calendar.js';
import type { Report } from './report.js';

/** The most rows of one answer that are asked for; the API's own default. */
export const ROWS = 10_000;

/**
 * The body of a request for a report. One range of explicit days: overlapping ranges double rows, and words
 * like `yesterday` mean the property's, not ours.
 */
export function askReport(
  report: Report,
  range: { from: Day; to: Day },
  options: { byDay: boolean; offset?: number },
): object {
  const dimensions = [
    ...(options.byDay ? ['date'] : []),
    ...report.dimensions.map(({ api }) => api),
  ];
  return {
    dateRanges: [{ startDate: range.from, endDate: range.to }],
    ...(dimensions.length === 0 ? {} : { dimensions: dimensions.map((name) => ({ name })) }),
    metrics: report.columns.map(({ api }) => ({ name: api })),
    // Pages need an order.
    ...(dimensions.length === 0
      ? {}
      : {
          orderBys: dimensions.map((dimensionName) => ({ dimension: { dimensionName } })),
          metricAggregations: ['TOTAL'],
        }),
    limit: String(ROWS),
    offset: String(options.offset ?? 0),
    keepEmptyRows: false,
    returnPropertyQuota: true,
  };
}
