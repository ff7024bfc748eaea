import { isCompatible } from './compatibility.js';
import { dimensionOf } from './dimensions.js';
import { invalidArgument } from './google-error.js';
import { metricOf } from './metrics.js';
import { type DateRange, rangesOf } from './report-dates.js';

const DIMENSIONS_MAX = 9;
const METRICS_MAX = 10;
const LIMIT_MAX = 250_000;
const LIMIT_USUAL = 10_000;
const SEE =
  'For a list of valid dimensions and metrics, see https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema';

/** A body whose shape was checked. */
export interface ReportBody {
  property?: string;
  dimensions?: readonly { name?: string; dimensionExpression?: object }[];
  metrics?: readonly { name?: string; expression?: string; invisible?: boolean }[];
  dateRanges?: readonly { startDate?: string; endDate?: string; name?: string }[];
  dimensionFilter?: object;
  metricFilter?: object;
  offset?: string | number;
  limit?: string | number;
  metricAggregations?: readonly string[];
  orderBys?: readonly OrderBody[];
  currencyCode?: string;
  cohortSpec?: object;
  keepEmptyRows?: boolean;
  returnPropertyQuota?: boolean;
  comparisons?: readonly object[];
}

export interface OrderBody {
  metric?: { metricName?: string };
  dimension?: { dimensionName?: string; orderType?: string };
  pivot?: object;
  desc?: boolean;
}

export interface ReportRequest {
  dimensions: readonly string[];
  metrics: readonly string[];
  ranges: readonly DateRange[];
  offset: number;
  limit: number;
  body: ReportBody;
}

/** What a report is about. @throws GoogleRefusal 400 where the provider would not make it */
export function reportRequest(body: ReportBody, today: string): ReportRequest {
  for (const name of ['cohortSpec', 'metricFilter', 'comparisons'] as const) {
    if (body[name] !== undefined) throw invalidArgument(`The sandbox does not offer ${name}.`);
  }
  const fields = fieldsOf(body);
  checkTogether(fields);
  const ranges = rangesOf(body.dateRanges ?? [], today);
  const offset = whole(body.offset, 'offset', 0);
  const limit = whole(body.limit, 'limit', LIMIT_USUAL);
  const { currencyCode } = body;
  if (currencyCode && !/^[A-Z]{3}$/.test(currencyCode)) {
    throw invalidArgument(`Invalid currency code: ${currencyCode}.`);
  }
  for (const order of body.orderBys ?? []) checkOrder(order, fields);
  return { ...fields, ranges, offset, limit: Math.min(limit || LIMIT_USUAL, LIMIT_MAX), body };
}

/** Names of dimensions and metrics, each known, none twice. @throws GoogleRefusal 400 */
export function fieldsOf(body: Pick<ReportBody, 'dimensions' | 'metrics'>): {
  dimensions: string[];
  metrics: string[];
} {
  const dimensions = (body.dimensions ?? []).map(({ name = '', dimensionExpression }) => {
    if (dimensionExpression !== undefined) {
      throw invalidArgument('The sandbox does not offer dimensionExpression.');
    }
    if (dimensionOf(name) === null) {
      throw invalidArgument(`Field ${name} is not a valid dimension. ${SEE}.`);
    }
    return name;
  });
  const metrics = (body.metrics ?? []).map(({ name = '', expression, invisible }) => {
    if (expression !== undefined || invisible === true) {
      throw invalidArgument('The sandbox does not offer expressions of metrics.');
    }
    if (metricOf(name) === null) {
      throw invalidArgument(`Field ${name} is not a valid metric. ${SEE}.`);
    }
    return name;
  });
  if (dimensions.length > DIMENSIONS_MAX) {
    throw invalidArgument(`Requests are limited to ${DIMENSIONS_MAX} dimensions.`);
  }
  if (metrics.length > METRICS_MAX) {
    throw invalidArgument(`Requests are limited to ${METRICS_MAX} metrics.`);
  }
  if (dimensions.length + metrics.length === 0) {
    throw invalidArgument('At least one dimension or metric is required.');
  }
  for (const names of [dimensions, metrics]) {
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw invalidArgument(`Field ${twice} is requested twice.`);
  }
  return { dimensions, metrics };
}

/** @throws GoogleRefusal 400 where fields cannot be in one report */
function checkTogether({ dimensions, metrics }: ReturnType<typeof fieldsOf>): void {
  for (const dimension of dimensions) {
    const bad = metrics.filter((metric) => !isCompatible(dimension, metric));
    if (bad.length > 0) {
      throw invalidArgument(
        `Please remove ${bad.join(', ')} to make the request compatible. The request's dimensions & metrics are incompatible.`,
      );
    }
  }
}

function checkOrder(
  order: OrderBody,
  fields: { dimensions: readonly string[]; metrics: readonly string[] },
): void {
  if (order.pivot !== undefined) throw invalidArgument('Pivots belong into pivot reports.');
  const { metric, dimension } = order;
  const isKnown =
    metric === undefined
      ? fields.dimensions.includes(dimension?.dimensionName ?? '')
      : fields.metrics.includes(metric.metricName ?? '');
  if (!isKnown || (metric !== undefined && dimension !== undefined)) {
    throw invalidArgument('An orderBy names one dimension or metric of the request.');
  }
}

function whole(value: string | number | undefined, name: string, usual: number): number {
  const number = Number(value ?? usual);
  if (number < 0) throw invalidArgument(`The ${name} must be positive.`);
  return number;
}
