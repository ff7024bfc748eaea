import { AppError } from '../../../kernel/app-error.js';
import type { Granularity } from '../catalogue/granularity.js';

export class MetricUnknownError extends AppError {
  constructor() {
    super(
      'metric_unknown',
      'There is no metric of this name at the providers asked for. GET /v1/metrics lists all there are.',
      { fields: { field: 'metric' } },
    );
  }
}

export class DimensionUnknownError extends AppError {
  /** @param metric as `stripe refunds.amount`; @param known what it can be told apart by */
  constructor(field: 'groupBy' | 'filter', metric: string, known: readonly string[]) {
    super(
      'dimension_unknown',
      `${metric} is not told apart by this dimension. It has: ${known.join(', ')}. ` +
        'Ask for it alone, or for one provider with filter=provider:<id>.',
      { fields: { field, metric, known } },
    );
  }
}

export class BreakdownNotOfferedError extends AppError {
  /**
   * @param metric as `web.sessions of google-analytics`
   * @param asked the dimensions that no cut has together
   * @param offered the dimensions of each cut
   */
  constructor(
    field: 'groupBy' | 'filter',
    metric: string,
    asked: readonly string[],
    offered: readonly (readonly string[])[],
  ) {
    super('breakdown_not_offered', sayNotTogether(metric, asked, offered), {
      fields: { field, metric, asked, offered },
    });
  }
}

function sayNotTogether(
  metric: string,
  asked: readonly string[],
  offered: readonly (readonly string[])[],
): string {
  if (offered.length === 0) {
    return `${metric} is made of parts that are never told apart in the same way, and cannot be shown.`;
  }
  const cuts = offered.map((cut) => (cut.length === 0 ? 'no dimension' : cut.join(' + ')));
  return (
    `${metric} is not told apart by ${asked.join(' and ')} together. Its provider gives it by: ` +
    `${cuts.join('; ')}. Group and filter by dimensions of one of these.`
  );
}

export class GranularityNotOfferedError extends AppError {
  constructor(metric: string, offered: readonly Granularity[]) {
    super(
      'granularity_not_offered',
      offered.length === 0
        ? `${metric} is made of parts counted over different periods and cannot be shown.`
        : `${metric} adds up over nothing, so it is shown only as its provider counted it. ` +
            `Ask with granularity=${offered.join(' or granularity=')}.`,
      { fields: { field: 'granularity', metric, offered } },
    );
  }
}

export class RangeInvalidError extends AppError {
  constructor(fault: string, field: 'from' | 'to') {
    super('range_invalid', fault, { fields: { field } });
  }
}

export class RangeTooLongError extends AppError {
  constructor(maxDays: number) {
    super(
      'range_too_long',
      `A query covers at most ${maxDays} days. Ask for a later "from", or in several queries.`,
      { fields: { field: 'from', maxDays } },
    );
  }
}

export class QueryTooLargeError extends AppError {
  constructor(points: number, maxPoints: number) {
    super(
      'query_too_large',
      `This would be ${points} points, and an answer has at most ${maxPoints}. ` +
        'Ask for a coarser granularity, fewer days, a filter, or top=10.',
      { fields: { points, maxPoints } },
    );
  }
}

export class FilterInvalidError extends AppError {
  constructor(fault: string) {
    super('filter_invalid', fault, { fields: { field: 'filter' } });
  }
}

export class TopNotOfferedError extends AppError {
  constructor(fault: string) {
    super('top_not_offered', fault, { fields: { field: 'top' } });
  }
}

export class NotAcceptableError extends AppError {
  constructor() {
    super('not_acceptable', 'This is answered as application/json or text/csv.', {
      fields: { offered: ['application/json', 'text/csv'] },
    });
  }
}
