import type { Day } from '../../kernel/calendar.js';
import type { ZoneClock } from '../../kernel/zone-clock.js';
import type { Account } from './account.js';
import type { PointSink } from './points.js';
import type { ProviderClient } from './provider-client.js';

/**
 * One listing of a provider, read page by page and mapped to points.
 *
 * The engine reads a stream in slices: a range of days that the stream, once all its pages are read,
 * knows completely. When a slice is done, the points it gave become all there is for its metrics and
 * days: days without points become known to be empty. So reading a slice again, for whatever reason,
 * gives the same rows. A slice that was interrupted goes on from its last saved cursor.
 *
 * `page` and `map` keep no state between calls. Several streams of an account are read side by side, up
 * to `LimitFacts.concurrent`; the pages of one stream come one after the other.
 */
export interface Stream<Row = unknown, Context = unknown> {
  name: string;
  /** The stored metrics it is the one source of. */
  metrics: readonly string[];
  /** Of these, the ones that it knows for today alone, whatever the slice (a state read while listing). */
  todayMetrics?: readonly string[];
  /**
   * - `days`: can be read for any range of days; history comes in slices, newest first.
   * - `whole`: one slice holds everything from `historyDays` ago to today.
   * - `today`: the state now; the slice is today alone and history cannot be read again.
   */
  covers: 'days' | 'whole' | 'today';
  /** Days in one slice of history; `days` only. Slices never cross months where this is 31. */
  sliceDays: number;
  /** How far back the first sync goes: so many whole days, and today. */
  historyDays: number;
  /** How long a day may still change; until then its points are provisional and are read again. */
  lookBackDays: number;
  /** How often the newest days are read again. */
  everyMinutes: number;
  /** How often the whole look-back is; between, only the last `recentDays`. */
  lookBackEveryHours: number;
  recentDays: number;
  /** Read without it is pointless; the stream rests where the grant lacks it, and the integration says so. */
  scope?: string;
  /** What its pages need to be understood (stages of a pipeline); asked once whenever a slice is begun or resumed. */
  prepare?(client: ProviderClient, slice: Slice): Promise<Context>;
  /**
   * @param cursor null for the first page, else what the page before gave as `next`
   * @throws BrokenPageError where the answer has not the agreed form
   */
  page(
    client: ProviderClient,
    slice: Slice,
    cursor: string | null,
    context: Context,
  ): Promise<Page<Row>>;
  /** Pure. Turns one record into points. A day outside the slice is ignored by the sink. */
  map(row: Row, slice: Slice, points: PointSink, context: Context): void;
}

export interface Slice {
  account: Account;
  /** First and last day, both included. */
  from: Day;
  to: Day;
  /** The day it is now in the account's zone. */
  today: Day;
  /** Of the account's time zone: which day an instant is in, when a day begins. */
  clock: ZoneClock;
  /** When the slice was begun, ms since 1970. The same after a resumption. */
  now: number;
  /** A keyed hash of the tenant's own: for counting customers without keeping who they are. */
  hash(text: string): string;
}

export interface Page<Row> {
  /** Rows hold only what `map` needs: narrow while reading, so that nothing else lives on. */
  rows: readonly Row[];
  /** Source records behind the rows, for counting. */
  records: number;
  next: string | null;
  /** What the provider itself says is wrong with these numbers. */
  quality?: readonly QualityFlag[];
}

/** `sampled`, `thresholded`, `(other)` rows, values hidden from this user, history cut short. */
export type QualityFlag =
  'sampled' | 'thresholded' | 'other-rows' | 'restricted' | 'history-cut' | 'totals-differ';
