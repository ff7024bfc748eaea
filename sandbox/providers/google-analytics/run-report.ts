import type { ReportFlags } from './changes.js';
import { type Group, grouped, numberOf } from './aggregate.js';
import { dimensionOf, type Fact } from './dimensions.js';
import { factsOf } from './facts.js';
import { metricOf, type MetricField } from './metrics.js';
import { fieldsIn, filterOf } from './report-filter.js';
import type { OrderBody, ReportRequest } from './report-request.js';
import type { WebBook } from '../../business/web/web-book.js';

/** Rows of fewer people are withheld where age or gender is asked for. */
const PEOPLE_MIN = 3;
/** Of a property's currency to any other, so that money in another one is seen at once. */
const ELSEWHERE = 1.25;

export interface Reported {
  body: Record<string, unknown>;
  /** What the report cost. */
  tokens: number;
  thresholded: boolean;
}

interface Row {
  values: readonly string[];
  numbers: readonly number[];
}

/** The answer to a report that was found to be a proper one; quota is added by others. */
export function runReport(
  request: ReportRequest,
  beside: { book: WebBook; now: number; flags: ReportFlags; revenueHidden: boolean },
): Reported {
  const { book, now, flags } = beside;
  const { property } = book;
  const { dimensions, metrics, ranges, body } = request;
  const fields = metrics.flatMap((name) => metricOf(name) ?? []);
  const looked = [...dimensions, ...fieldsIn(body.dimensionFilter)];
  const keeps = filterOf(body.dimensionFilter);
  const several = ranges.length > 1;
  const thresholded = looked.some((name) => dimensionOf(name)?.thresholded);
  const least = Math.max(flags.withholdBelow ?? 0, thresholded ? PEOPLE_MIN : 0);

  const found = ranges.map((range) => {
    const { facts, lost } = factsOf(book, range, looked, { now, landingsADay: flags.landingsADay });
    return { facts: facts.filter(keeps), lost, name: several ? range.name : null };
  });
  const factor = !body.currencyCode || body.currencyCode === property.currency ? 1 : ELSEWHERE;
  const rowOf = ({ values, measures }: Group): Row => ({
    values,
    numbers: fields.map((field, at) => {
      const measured = measures[at];
      if (measured === undefined) return 0;
      return numberOf(field, measured, property.digits) * (field.revenue ? factor : 1);
    }),
  });
  const rows = found
    .flatMap(({ facts, name }) => grouped(facts, dimensions, metrics, name))
    .filter(({ people }) => people.size >= least)
    .map(rowOf)
    .filter(
      ({ numbers }) => body.keepEmptyRows === true || numbers.length === 0 || numbers.some(Boolean),
    );
  sortRows(rows, request, fields);
  const shown = rows.slice(request.offset, request.offset + request.limit);
  const write = (row: Row) => written(row, fields, beside.revenueHidden);
  const days = ranges.reduce((all, range) => all + daysIn(range), 0);

  return {
    thresholded,
    tokens:
      1 + Math.floor(days / 60) + Math.floor(shown.length / 2_000) + Math.floor(looked.length / 3),
    body: {
      dimensionHeaders: [...dimensions, ...(several ? ['dateRange'] : [])].map((name) => ({
        name,
      })),
      metricHeaders: fields.map(({ apiName, type }) => ({ name: apiName, type })),
      ...(shown.length > 0 ? { rows: shown.map(write) } : {}),
      ...aggregations(request, found, rows, rowOf, write),
      ...(rows.length > 0 ? { rowCount: rows.length } : {}),
      metadata: {
        ...(found.some(({ lost }) => lost) ? { dataLossFromOtherRow: true } : {}),
        ...(beside.revenueHidden ? restriction(fields) : {}),
        currencyCode: body.currencyCode || property.currency,
        timeZone: property.zone,
        ...(flags.emptyReason !== null && rows.length === 0
          ? { emptyReason: flags.emptyReason }
          : {}),
        ...(thresholded || flags.thresholding ? { subjectToThresholding: true } : {}),
        ...(flags.sampling ? sampling(found) : {}),
      },
      kind: 'analyticsData#runReport',
    },
  };
}

function daysIn({ start, end }: { start: string; end: string }): number {
  return (Date.parse(end) - Date.parse(start)) / 86_400_000 + 1;
}

/** As asked; else by the first metric from the largest down, and what ties by its dimensions. */
function sortRows(rows: Row[], request: ReportRequest, fields: readonly MetricField[]): void {
  const usual: OrderBody[] =
    fields.length > 0 ? [{ metric: { metricName: fields[0]?.apiName ?? '' }, desc: true }] : [];
  const orders = request.body.orderBys?.length ? request.body.orderBys : usual;
  const compares = orders.map((order) => compareBy(order, request));
  rows.sort((a, b) => {
    for (const compare of compares) {
      const sign = compare(a, b);
      if (sign !== 0) return sign;
    }
    const [left, right] = [a.values.join('\u0000'), b.values.join('\u0000')];
    return left < right ? -1 : Number(left > right);
  });
}

function compareBy(order: OrderBody, request: ReportRequest): (a: Row, b: Row) => number {
  const sign = order.desc === true ? -1 : 1;
  if (order.metric !== undefined) {
    const at = request.metrics.indexOf(order.metric.metricName ?? '');
    return (a, b) => sign * ((a.numbers[at] ?? 0) - (b.numbers[at] ?? 0));
  }
  const at = request.dimensions.indexOf(order.dimension?.dimensionName ?? '');
  const isNumeric = order.dimension?.orderType === 'NUMERIC';
  return (a, b) => {
    const [left = '', right = ''] = [a.values[at], b.values[at]];
    if (isNumeric) return sign * (Number(left) - Number(right));
    return left < right ? -sign : sign * Number(left > right);
  };
}

function aggregations(
  request: ReportRequest,
  found: readonly { facts: Fact[]; name: string | null }[],
  rows: readonly Row[],
  rowOf: (group: Group) => Row,
  write: (row: Row) => object,
): Record<string, object[]> {
  const asked = request.body.metricAggregations ?? [];
  const reserved = (kind: string, name: string | null) => [
    ...request.dimensions.map(() => `RESERVED_${kind}`),
    ...(name === null ? [] : [name]),
  ];
  const all: Record<string, object[]> = {};
  if (asked.includes('TOTAL')) {
    // Counted anew, since people must not be counted twice.
    all['totals'] = found.flatMap(({ facts, name }) =>
      grouped(facts, [], request.metrics, null).map((group) =>
        write({ ...rowOf(group), values: reserved('TOTAL', name) }),
      ),
    );
  }
  for (const [kind, member, pick] of EXTREMES) {
    if (!asked.includes(kind) || rows.length === 0) continue;
    const numbers = request.metrics.map((_, at) =>
      pick(...rows.map((row) => row.numbers[at] ?? 0)),
    );
    all[member] = [write({ values: reserved(kind.slice(0, 3), null), numbers })];
  }
  return all;
}

const EXTREMES = [
  ['MAXIMUM', 'maximums', Math.max],
  ['MINIMUM', 'minimums', Math.min],
] as const;

/** Every value is text. What a role does not see is 0, which the metadata tells. */
function written(row: Row, fields: readonly MetricField[], revenueHidden: boolean): object {
  return {
    dimensionValues: row.values.map((value) => ({ value })),
    metricValues: row.numbers.map((number, at) => ({
      value: revenueHidden && fields[at]?.revenue ? '0' : String(number),
    })),
  };
}

function restriction(fields: readonly MetricField[]): Record<string, unknown> {
  const hidden = fields.filter(({ revenue }) => revenue);
  if (hidden.length === 0) return {};
  const activeMetricRestrictions = hidden.map(({ apiName }) => ({
    metricName: apiName,
    restrictedMetricTypes: ['REVENUE_DATA'],
  }));
  return { schemaRestrictionResponse: { activeMetricRestrictions } };
}

function sampling(found: readonly { facts: Fact[] }[]): Record<string, unknown> {
  return {
    samplingMetadatas: found.map(({ facts }) => ({
      samplesReadCount: String(facts.length),
      samplingSpaceSize: String(facts.length * 25),
    })),
  };
}
