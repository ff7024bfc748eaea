import type { Stream } from '../../../../src/connectors/kit/stream.js';
import { advance } from '../../../../src/data-plane/sync/plan/advance.js';
import { nextWork } from '../../../../src/data-plane/sync/plan/next-work.js';
import type { StreamState } from '../../../../src/data-plane/sync/plan/stream-state.js';
import type { WorkItem } from '../../../../src/data-plane/sync/plan/work-item.js';
import { type Moment, worksOf } from '../../../../src/data-plane/sync/plan/works-of.js';
import { addDays, type Day } from '../../../../src/kernel/calendar.js';
import type { ZoneClock } from '../../../../src/kernel/zone-clock.js';

export type Slice = Pick<WorkItem, 'kind' | 'from' | 'to'>;

const SLICES_MAX = 500;

export function momentOf(clock: ZoneClock, now: number): Moment {
  const dayOf = (instant: number): Day => clock.dayOf(instant);
  return { now, today: dayOf(now), dayOf, recentAfter: 0, lookBackAfter: 0 };
}

/** All slices that there are to read at a moment, one after the other, as if each were read at once. */
export function workOff(
  stream: Stream,
  before: StreamState,
  at: Moment,
): { slices: Slice[]; state: StreamState } {
  const slices: Slice[] = [];
  let state = before;
  for (;;) {
    const item = nextWork(worksOf(stream, state, [], at));
    if (item === null) return { slices, state };
    slices.push({ kind: item.kind, from: item.from, to: item.to });
    state = advance(state, item, at, []);
    if (slices.length > SLICES_MAX) throw new Error('It does not come to an end.');
  }
}

export function dayBefore(day: Day): Day {
  return addDays(day, -1);
}
