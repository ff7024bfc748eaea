import { alignmentOf } from './aligned.js';
import type { MetricsAnswer, ShownSeries } from './metrics-answer.js';
import { textAt } from './values.js';

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;
const TO_QUOTE = /[",\r\n]/;

/**
 * The answer as CSV (RFC 4180), a line a point; an empty value is an unknown one. Text that a
 * spreadsheet would run as a formula gets an apostrophe in front: a provider's customers choose it.
 * One column has the currency, also where it is a dimension of what is no money.
 * Yields between series, see `inTurns`.
 */
export function* writeCsv(answer: MetricsAnswer): Generator<void, string> {
  const { plan, buckets, comparedBuckets, series } = answer;
  const found = series.flatMap(({ dimensions }) => Object.keys(dimensions));
  const names = [...new Set([...plan.groupBy, ...found])].filter((name) => name !== 'currency');
  const alignment = alignmentOf(answer);
  const columns = ['metric', 'provider', 'currency', ...names, 'date', 'value'];
  if (alignment !== null) columns.push('comparison_date', 'comparison_value');
  const lines = [columns.map(textCell).join(',')];
  for (const one of series) {
    const head = headOf(one, names);
    buckets.days.forEach((day, at) => {
      let line = `${head},${day},${textAt(one.values, at) ?? ''}`;
      if (alignment !== null) line += `,${comparedCells(one, alignment.counterparts[at])}`;
      lines.push(line);
    });
    for (const index of alignment?.unmatched ?? []) {
      lines.push(`${head},,,${comparedCells(one, index)}`);
    }
    yield;
  }
  lines.push('');
  return lines.join('\r\n');

  function comparedCells({ compared }: ShownSeries, index = -1): string {
    if (index < 0 || compared === null) return ',';
    return `${comparedBuckets?.days[index] ?? ''},${textAt(compared, index) ?? ''}`;
  }
}

function headOf({ measure, currency, dimensions }: ShownSeries, names: readonly string[]): string {
  return [
    measure.definition.key,
    measure.provider,
    currency ?? dimensions['currency'] ?? '',
    ...names.map((name) => dimensions[name] ?? ''),
  ]
    .map(textCell)
    .join(',');
}

function textCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return TO_QUOTE.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
