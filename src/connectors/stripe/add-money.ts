import type { Day } from '../../kernel/calendar.js';
import type { Dimensions } from '../kit/metric.js';
import type { PointSink } from '../kit/points.js';
import { amountOf } from './money.js';

/** Adds one of Stripe's amounts to a sum. */
export function addMoney(
  points: PointSink,
  metric: string,
  day: Day,
  money: { amount: number; currency: string },
  dimensions?: Dimensions,
): void {
  const { numerator, denominator } = amountOf(money.amount, money.currency);
  const series = { currency: money.currency, ...(dimensions === undefined ? {} : { dimensions }) };
  if (denominator === 1n) points.add(metric, day, Number(numerator), series);
  else points.addFraction(metric, day, numerator, denominator, series);
}
