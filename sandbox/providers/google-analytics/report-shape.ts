import { bool, double, int64, list, object, oneOf, text } from './shape.js';

const DATA = 'google.analytics.data.v1beta';

const expression = object(() => ({
  lowerCase: object(() => ({ dimensionName: text })),
  upperCase: object(() => ({ dimensionName: text })),
  concatenate: object(() => ({ dimensionNames: list(text), delimiter: text })),
}));

const dimension = object(() => ({ name: text, dimensionExpression: expression }));
const metric = object(() => ({ name: text, expression: text, invisible: bool }));
const dateRange = object(() => ({ startDate: text, endDate: text, name: text }));
const numeric = object(() => ({ int64Value: int64, doubleValue: double }));

const filter = object(() => ({
  fieldName: text,
  stringFilter: object(() => ({
    matchType: oneOf(`${DATA}.Filter.StringFilter.MatchType`, [
      'MATCH_TYPE_UNSPECIFIED',
      'EXACT',
      'BEGINS_WITH',
      'ENDS_WITH',
      'CONTAINS',
      'FULL_REGEXP',
      'PARTIAL_REGEXP',
    ]),
    value: text,
    caseSensitive: bool,
  })),
  inListFilter: object(() => ({ values: list(text), caseSensitive: bool })),
  numericFilter: object(() => ({
    operation: oneOf(`${DATA}.Filter.NumericFilter.Operation`, [
      'OPERATION_UNSPECIFIED',
      'EQUAL',
      'LESS_THAN',
      'LESS_THAN_OR_EQUAL',
      'GREATER_THAN',
      'GREATER_THAN_OR_EQUAL',
    ]),
    value: numeric,
  })),
  betweenFilter: object(() => ({ fromValue: numeric, toValue: numeric })),
  emptyFilter: object(() => ({})),
}));

const filterExpression = object(() => ({
  andGroup: object(() => ({ expressions: list(filterExpression) })),
  orGroup: object(() => ({ expressions: list(filterExpression) })),
  notExpression: filterExpression,
  filter,
}));

const orderBy = object(() => ({
  metric: object(() => ({ metricName: text })),
  dimension: object(() => ({
    dimensionName: text,
    orderType: oneOf(`${DATA}.OrderBy.DimensionOrderBy.OrderType`, [
      'ORDER_TYPE_UNSPECIFIED',
      'ALPHANUMERIC',
      'CASE_INSENSITIVE_ALPHANUMERIC',
      'NUMERIC',
    ]),
  })),
  pivot: object(() => ({
    metricName: text,
    pivotSelections: list(object(() => ({ dimensionName: text, dimensionValue: text }))),
  })),
  desc: bool,
}));

/** RunReportRequest */
export const reportShape = object(() => ({
  property: text,
  dimensions: list(dimension),
  metrics: list(metric),
  dateRanges: list(dateRange),
  dimensionFilter: filterExpression,
  metricFilter: filterExpression,
  offset: int64,
  limit: int64,
  metricAggregations: list(
    oneOf(`${DATA}.MetricAggregation`, [
      'METRIC_AGGREGATION_UNSPECIFIED',
      'TOTAL',
      'MINIMUM',
      'MAXIMUM',
      'COUNT',
    ]),
  ),
  orderBys: list(orderBy),
  currencyCode: text,
  cohortSpec: object(() => ({
    cohorts: list(object(() => ({ name: text, dimension: text, dateRange }))),
    cohortsRange: object(() => ({ granularity: text, startOffset: int64, endOffset: int64 })),
    cohortReportSettings: object(() => ({ accumulate: bool })),
  })),
  keepEmptyRows: bool,
  returnPropertyQuota: bool,
  comparisons: list(
    object(() => ({ name: text, dimensionFilter: filterExpression, comparison: text })),
  ),
}));

/** BatchRunReportsRequest */
export const batchShape = object(() => ({ property: text, requests: list(reportShape) }));

/** CheckCompatibilityRequest */
export const compatibilityShape = object(() => ({
  property: text,
  dimensions: list(dimension),
  metrics: list(metric),
  dimensionFilter: filterExpression,
  metricFilter: filterExpression,
  compatibilityFilter: oneOf(`${DATA}.Compatibility`, [
    'COMPATIBILITY_UNSPECIFIED',
    'COMPATIBLE',
    'INCOMPATIBLE',
  ]),
}));
