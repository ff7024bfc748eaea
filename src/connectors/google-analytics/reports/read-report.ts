import { decimalUnits } from '../../kit/read/decimal-units.js';
import { list } from '../../kit/read/list.js';
import { optionalList } from '../../kit/read/optional-list.js';
import { optionalObject } from '../../kit/read/optional-object.js';
import { optionalWhole } from '../../kit/read/optional-whole.js';
import { property } from '../../kit/read/property.js';
import { text } from '../../kit/read/text.js';
import { BrokenPageError } from '../../kit/provider-errors.js';
import type { QualityFlag } from '../../kit/stream.js';
import type { Report } from './report.js';

export interface ReportRow {
  /** Dimensions as the API gave them, the date first where it was asked for. */
  dimensions: readonly string[];
  /** One a column, whole at its digits; null: hidden from this user, which is not zero. */
  values: readonly (number | null)[];
}

export interface ReportAnswer {
  rows: readonly ReportRow[];
  /** Of the whole report, not of this answer. */
  rowCount: number;
  quality: readonly QualityFlag[];
}

/** Reads one report's answer. No rows and no count at all mean zero. */
export function readReport(body: unknown, report: Report): ReportAnswer {
  const hidden = hiddenMetrics(body);
  const rows = (optionalList(body, 'rows') ?? []).map((row) => readRow(row, report, hidden));
  return {
    rows,
    rowCount: optionalWhole(body, 'rowCount') ?? 0,
    quality: [...qualityOf(body, hidden), ...totalsFlag(body, report, rows, hidden)],
  };
}

function readRow(row: unknown, report: Report, hidden: ReadonlySet<string>): ReportRow {
  const dimensions = (optionalList(row, 'dimensionValues') ?? []).map((it) => text(it, 'value'));
  const values = list(row, 'metricValues');
  if (values.length !== report.columns.length) {
    throw new BrokenPageError('rows[].metricValues has a value for each metric asked for');
  }
  return {
    dimensions,
    values: report.columns.map(({ api, digits }, at) =>
      hidden.has(api) ? null : decimalUnits(text(values[at], 'value'), digits, api),
    ),
  };
}

/** Metrics that this user's role may not see: sent as zero, and meaning nothing. */
function hiddenMetrics(body: unknown): ReadonlySet<string> {
  const metadata = optionalObject(body, 'metadata');
  const schema = metadata === null ? null : optionalObject(metadata, 'schemaRestrictionResponse');
  const restrictions = schema === null ? null : optionalList(schema, 'activeMetricRestrictions');
  return new Set((restrictions ?? []).map((it) => text(it, 'metricName')));
}

function qualityOf(body: unknown, hidden: ReadonlySet<string>): QualityFlag[] {
  const metadata = optionalObject(body, 'metadata');
  const flags: QualityFlag[] = hidden.size > 0 ? ['restricted'] : [];
  if (property(metadata, 'dataLossFromOtherRow') === true) flags.push('other-rows');
  if (property(metadata, 'subjectToThresholding') === true) flags.push('thresholded');
  if (metadata !== null && (optionalList(metadata, 'samplingMetadatas') ?? []).length > 0) {
    flags.push('sampled');
  }
  return flags;
}

/** Rows that do not add up to the total that Google gives beside them: something is withheld. */
function totalsFlag(
  body: unknown,
  report: Report,
  rows: readonly ReportRow[],
  hidden: ReadonlySet<string>,
): QualityFlag[] {
  const [total] = optionalList(body, 'totals') ?? [];
  const isWhole = rows.length === (optionalWhole(body, 'rowCount') ?? 0);
  if (total === undefined || !isWhole || rows.length === 0) return [];
  const sum = (at: number) => rows.reduce((all, { values }) => all + (values[at] ?? 0), 0);
  const [values] = [readRow(total, report, hidden).values];
  const differs = report.columns.some(
    ({ api }, at) => !hidden.has(api) && Math.abs(sum(at) - (values[at] ?? 0)) > rows.length,
  );
  return differs ? ['totals-differ'] : [];
}
