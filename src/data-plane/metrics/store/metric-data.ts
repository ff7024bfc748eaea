import type { Dimensions } from '../../../connectors/kit/metric.js';
import type { Point } from '../../../connectors/kit/points.js';
import type { Day } from '../../../kernel/calendar.js';

/** What the store holds of one series within the days asked for. */
export interface SeriesData {
  integrationId: string;
  metric: string;
  currency: string | null;
  dimensions: Dimensions;
  /** Digits after the point of every value. */
  digits: number;
  /** One value a day of the range asked for; whole numbers, NaN where the series has none. */
  values: Float64Array;
}

/** Which days of one metric of one integration are known at all; a known day without a value is empty, not missing. */
export interface Coverage {
  integrationId: string;
  metric: string;
  /** One a day of the range asked for: 0 never read, 1 final, 2 may still change. */
  days: Uint8Array;
}

export interface MetricData {
  from: Day;
  to: Day;
  series: SeriesData[];
  coverage: Coverage[];
}

export interface ReadMetrics {
  metrics: readonly string[];
  from: Day;
  to: Day;
  /** All where absent. */
  integrationIds?: readonly string[];
}

/** All there is for these metrics and days of an integration, from now on. */
export interface ReplaceDays {
  integrationId: string;
  metrics: readonly string[];
  from: Day;
  to: Day;
  points: readonly Point[];
  /** Days from here on may still change. */
  provisionalFrom: Day;
}
