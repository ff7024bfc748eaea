import type { QualityFlag } from '../../../connectors/kit/stream.js';
import type { Day } from '../../../kernel/calendar.js';

/** How far one stream of an integration was read. */
export interface StreamState {
  stream: string;
  /** Fixed at the first slice. */
  historyFrom: Day | null;
  /** The days gone through, both included; what had to be left out is a gap. */
  coveredFrom: Day | null;
  coveredTo: Day | null;
  recentAt: number | null;
  lookBackAt: number | null;
  round: Round | null;
  rest: Rest | null;
  quality: readonly QualityFlag[];
}

/** Days that are being read again, in slices, the newest first. */
export interface Round {
  kind: 'recent' | 'look-back';
  /** ms since 1970 */
  begun: number;
  from: Day;
  to: Day;
  /** Last day of the next slice. */
  next: Day;
}

/** A stream that is left alone for a while. */
export interface Rest {
  since: number;
  until: number;
  code: string;
  /** In a row. */
  count: number;
}

/** A slice that was left for later. */
export interface Gap {
  id: string;
  stream: string;
  from: Day;
  to: Day;
  tries: number;
  retryAt: number;
}

export function unread(stream: string): StreamState {
  return {
    stream,
    historyFrom: null,
    coveredFrom: null,
    coveredTo: null,
    recentAt: null,
    lookBackAt: null,
    round: null,
    rest: null,
    quality: [],
  };
}
