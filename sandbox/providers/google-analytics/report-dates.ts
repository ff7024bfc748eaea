import { shiftDay } from '../../business/zone.js';
import { invalidArgument } from './google-error.js';

const RANGES_MAX = 4;
const EARLIEST = '2015-08-14';

/** Both days are inside. */
export interface DateRange {
  name: string;
  start: string;
  end: string;
}

/** The stretches of days a report is about, `today` being that of the property. */
export function rangesOf(
  ranges: readonly { startDate?: string; endDate?: string; name?: string }[],
  today: string,
): DateRange[] {
  if (ranges.length === 0) throw invalidArgument('A dateRange is required.');
  if (ranges.length > RANGES_MAX) {
    throw invalidArgument(`Requests are limited to ${RANGES_MAX} dateRanges.`);
  }
  return ranges.map(({ startDate = '', endDate = '', name = '' }, at) => {
    if (/^(date_range_|RESERVED_)/.test(name)) {
      throw invalidArgument(`The dateRange's name ${name} is reserved.`);
    }
    const start = dayOf(startDate, today);
    const end = dayOf(endDate, today);
    if (start > end) {
      throw invalidArgument(`startDate ${startDate} cannot be after endDate ${endDate}.`);
    }
    if (start < EARLIEST) throw invalidArgument(`startDate cannot be before ${EARLIEST}.`);
    return { name: name || `date_range_${at}`, start, end };
  });
}

function dayOf(text: string, today: string): string {
  if (text === 'today') return today;
  if (text === 'yesterday') return shiftDay(today, -1);
  const ago = /^(\d{1,5})daysAgo$/.exec(text);
  if (ago !== null) return shiftDay(today, -Number(ago[1]));
  const at = Date.parse(`${text}T00:00:00Z`);
  const isDay =
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(at) &&
    new Date(at).toISOString().startsWith(text);
  if (isDay) return text;
  throw invalidArgument(
    `Invalid date: ${text}. Dates are written as YYYY-MM-DD, NdaysAgo, yesterday or today.`,
  );
}
