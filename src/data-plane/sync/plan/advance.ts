import type { QualityFlag } from '../../../connectors/kit/stream.js';
import { addDays, earlierDay, laterDay } from '../../../kernel/calendar.js';
import type { StreamState } from './stream-state.js';
import type { WorkItem } from './work-item.js';

/** How far a stream is once this slice was gone through. */
export function advance(
  state: StreamState,
  item: WorkItem,
  begun: { now: number; today: string },
  quality: readonly QualityFlag[],
): StreamState {
  const next = {
    ...state,
    rest: null,
    quality: [...new Set([...state.quality, ...quality])].sort(),
  };
  switch (item.kind) {
    case 'first':
      if (state.coveredFrom === null || state.coveredTo === null) {
        return { ...next, ...firstCoverage(item, begun) };
      }
      return { ...next, coveredFrom: earlierDay(state.coveredFrom, item.from) };
    case 'history':
      return { ...next, coveredFrom: earlierDay(state.coveredFrom ?? item.from, item.from) };
    case 'gap':
      return next;
    case 'recent':
    case 'look-back':
      return { ...next, ...afterRound(state, item, begun.now) };
  }
}

function firstCoverage(
  { stream, from, to }: WorkItem,
  { now, today }: { now: number; today: string },
): Partial<StreamState> {
  return {
    historyFrom: stream.covers === 'days' ? addDays(today, -stream.historyDays) : from,
    coveredFrom: from,
    coveredTo: to,
    recentAt: now,
    lookBackAt: now,
  };
}

function afterRound(state: StreamState, item: WorkItem, now: number): Partial<StreamState> {
  const { round } = item;
  const from = earlierDay(state.coveredFrom ?? item.from, item.from);
  const coveredTo = laterDay(state.coveredTo ?? item.to, round?.to ?? item.to);
  if (round === null) {
    return { coveredFrom: from, coveredTo, recentAt: now, lookBackAt: now };
  }
  if (item.from > round.from) return { round: { ...round, next: addDays(item.from, -1) } };
  const lookBack = round.kind === 'look-back' ? { lookBackAt: round.begun } : {};
  return { round: null, coveredTo, recentAt: round.begun, ...lookBack };
}
