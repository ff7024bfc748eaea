import type { Stream } from '../../../connectors/kit/stream.js';
import { addDays, earlierDay, laterDay, type Day } from '../../../kernel/calendar.js';
import { sliceStart } from './slice-days.js';
import type { Gap, Round, StreamState } from './stream-state.js';
import type { WorkItem } from './work-item.js';

/** When it is, for the account. */
export interface Moment {
  now: number;
  today: Day;
  dayOf(instantMs: number): Day;
  /** What was read before is to be read again, whatever the schedule says. */
  recentAfter: number;
  lookBackAfter: number;
}

/** The last month is what a dashboard shows first. */
const FIRST_DAYS = 31;
/** A re-reading that was left lying for longer begins anew. */
const ROUND_MAX_MS = 6 * 3_600_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What this stream has to be read for now; nothing where it rests. */
export function worksOf(
  stream: Stream,
  state: StreamState,
  gaps: readonly Gap[],
  at: Moment,
): WorkItem[] {
  if (state.rest !== null && state.rest.until > at.now) return [];
  if (stream.covers !== 'days') return wholeWork(stream, state, at);
  if (state.coveredFrom === null || state.coveredTo === null) return [newest(stream, at)];
  return [
    ...roundWork(stream, state, at),
    ...backfill(stream, state, at),
    ...gaps.filter(({ retryAt }) => retryAt <= at.now).map((gap) => gapWork(stream, gap)),
  ];
}

/** When there will be something to read again, ms since 1970. Now, where there is already. */
export function nextWorkAt(
  stream: Stream,
  state: StreamState,
  gaps: readonly Gap[],
  at: Moment,
): number {
  if (state.rest !== null && state.rest.until > at.now) return state.rest.until;
  if (worksOf(stream, state, gaps, at).length > 0) return at.now;
  const times = [dueAt(state.recentAt, stream.everyMinutes * MINUTE_MS)];
  if (stream.covers === 'days') {
    times.push(dueAt(state.lookBackAt, stream.lookBackEveryHours * HOUR_MS));
    times.push(...gaps.map(({ retryAt }) => retryAt));
  }
  return Math.max(at.now, Math.min(...times));
}

/** `whole`: everything at once. `today`: the state now, and no other day can be read. */
function wholeWork(stream: Stream, state: StreamState, at: Moment): WorkItem[] {
  const isFirst = state.coveredTo === null;
  if (!isFirst && !isRecentDue(stream, state, at)) return [];
  const from = stream.covers === 'today' ? at.today : addDays(at.today, -stream.historyDays);
  return [item(stream, isFirst ? 'first' : 'recent', from, at.today)];
}

function newest(stream: Stream, at: Moment): WorkItem {
  const floor = addDays(at.today, -stream.historyDays);
  return item(stream, 'first', sliceStart(stream, at.today, floor), at.today);
}

function roundWork(stream: Stream, state: StreamState, at: Moment): WorkItem[] {
  const round = underWay(state.round, at) ?? newRound(stream, state, at);
  if (round === null) return [];
  const from = sliceStart(stream, round.next, round.from);
  return [{ ...item(stream, round.kind, from, round.next), round }];
}

function underWay(round: Round | null, at: Moment): Round | null {
  return round !== null && at.now - round.begun < ROUND_MAX_MS ? round : null;
}

function newRound(stream: Stream, state: StreamState, at: Moment): Round | null {
  const coveredFrom = state.coveredFrom ?? at.today;
  const coveredTo = state.coveredTo ?? at.today;
  const make = (kind: Round['kind'], from: Day): Round => ({
    kind,
    begun: at.now,
    // Also what was missed while nobody looked; older days are the backfill's.
    from: laterDay(coveredFrom, earlierDay(from, coveredTo)),
    to: at.today,
    next: at.today,
  });
  if (isLookBackDue(stream, state, at)) {
    // Everything that could still change when it was last read: once more after it no longer can.
    const last = at.dayOf(state.lookBackAt ?? at.now);
    return make('look-back', addDays(earlierDay(last, at.today), -stream.lookBackDays));
  }
  if (isRecentDue(stream, state, at)) {
    return make('recent', addDays(at.today, 1 - Math.max(1, stream.recentDays)));
  }
  return null;
}

function isLookBackDue(stream: Stream, { lookBackAt }: StreamState, at: Moment): boolean {
  if ((lookBackAt ?? 0) < at.lookBackAfter) return true;
  return dueAt(lookBackAt, stream.lookBackEveryHours * HOUR_MS) <= at.now;
}

function isRecentDue(stream: Stream, { recentAt }: StreamState, at: Moment): boolean {
  if ((recentAt ?? 0) < at.recentAfter) return true;
  return dueAt(recentAt, stream.everyMinutes * MINUTE_MS) <= at.now;
}

function backfill(stream: Stream, state: StreamState, at: Moment): WorkItem[] {
  const { coveredFrom, historyFrom } = state;
  if (coveredFrom === null || historyFrom === null || coveredFrom <= historyFrom) return [];
  const to = addDays(coveredFrom, -1);
  const isFirst = to >= addDays(at.today, -FIRST_DAYS);
  return [item(stream, isFirst ? 'first' : 'history', sliceStart(stream, to, historyFrom), to)];
}

function gapWork(stream: Stream, gap: Gap): WorkItem {
  return { ...item(stream, 'gap', gap.from, gap.to), gapId: gap.id };
}

function item(stream: Stream, kind: WorkItem['kind'], from: Day, to: Day): WorkItem {
  return { stream, kind, from, to, round: null, gapId: null };
}

function dueAt(last: number | null, everyMs: number): number {
  return (last ?? 0) + everyMs;
}
