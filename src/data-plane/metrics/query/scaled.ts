import type { SeriesData } from '../store/metric-data.js';

/** A series whose values times `factor` have the digits of all it is added to. */
export interface Scaled {
  integrationId: string;
  values: Float64Array;
  factor: number;
}

/** Series of one metric and currency have the same digits, unless the catalogue changed while they were kept. */
export function scaleTo(series: readonly SeriesData[]): { members: Scaled[]; digits: number } {
  const digits = series.reduce((most, one) => Math.max(most, one.digits), 0);
  const members = series.map(({ integrationId, values, digits: own }) => ({
    integrationId,
    values,
    factor: 10 ** (digits - own),
  }));
  return { members, digits };
}
