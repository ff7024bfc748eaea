import { type Alignment, alignmentOf } from './aligned.js';
import { JsonBytes, type Openings, openingsOf } from './json-bytes.js';
import type { MetricsAnswer, ShownSeries } from './metrics-answer.js';
import type { Values } from './values.js';

/** Bytes of a point and its comma, as points mostly are. */
const POINT_USUALLY = 26;

/**
 * The answer as JSON in UTF-8. Written by hand: numbers keep every digit they have, which a float in
 * between would not. Yields between series, see `inTurns`.
 */
export function* writeJson(answer: MetricsAnswer): Generator<void, Buffer> {
  const { plan, buckets, comparedBuckets, series } = answer;
  const { range, granularity, weekStart, compared } = plan;
  const json = new JsonBytes(65_536 + series.length * buckets.days.length * POINT_USUALLY);
  json.text(
    openObject({
      ...range,
      granularity,
      ...(granularity === 'week' ? { weekStart } : {}),
      partial: buckets.partial,
      ...(compared === null ? {} : { comparison: { from: compared.from, to: compared.to } }),
    }),
  );
  json.text(',"series":[');
  const openings = openingsOf(buckets.days);
  const alignment = alignmentOf(answer);
  const otherOpenings = openingsOf(comparedBuckets?.days ?? []);
  for (const [at, one] of series.entries()) {
    json.text(`${at > 0 ? ',' : ''}${openObject(headOf(one))},"points":[`);
    json.points(one.values, openings);
    json.text(']');
    if (alignment !== null && one.compared !== null) {
      writeComparison(json, one.compared, alignment, otherOpenings);
    }
    json.text('}');
    yield;
  }
  json.text(']}');
  return json.finish();
}

function headOf(series: ShownSeries) {
  const { measure, currency, dimensions, others, timeZone, provisionalFrom } = series;
  return {
    metric: measure.definition.key,
    provider: measure.provider,
    unit: measure.definition.unit,
    ...(currency === null ? {} : { currency }),
    dimensions,
    ...(others === null ? {} : { others }),
    timeZone,
    provisionalFrom,
  };
}

function writeComparison(
  json: JsonBytes,
  values: Values,
  { counterparts, unmatched }: Alignment,
  openings: Openings,
): void {
  const list = (indexes: Int32Array | readonly number[]): void => {
    indexes.forEach((index, at) => {
      if (at > 0) json.text(',');
      if (index < 0) json.text('null');
      else json.point(values, index, openings);
    });
  };
  json.text(',"comparison":{"points":[');
  list(counterparts);
  json.text('],"unmatched":[');
  list(unmatched);
  json.text(']}');
}

/** Its JSON without the brace at the end. */
function openObject(object: object): string {
  return JSON.stringify(object).slice(0, -1);
}
