import type { Stream } from '../../../connectors/kit/stream.js';
import { addDays, laterDay, type Day } from '../../../kernel/calendar.js';

const MONTH = 31;

/** The first day of the slice that ends on this day and goes no further back than `floor`. */
export function sliceStart({ sliceDays }: Pick<Stream, 'sliceDays'>, to: Day, floor: Day): Day {
  const from = laterDay(floor, addDays(to, 1 - Math.max(1, sliceDays)));
  return sliceDays === MONTH ? laterDay(from, `${to.slice(0, 7)}-01`) : from;
}
