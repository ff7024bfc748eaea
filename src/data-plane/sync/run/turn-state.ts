import type { Connector } from '../../../connectors/kit/connector.js';
import { isGranted } from '../../../connectors/kit/is-granted.js';
import type { ProviderClient } from '../../../connectors/kit/provider-client.js';
import type { Stream } from '../../../connectors/kit/stream.js';
import { isPressing, nextWork } from '../plan/next-work.js';
import { type Gap, type StreamState, unread } from '../plan/stream-state.js';
import type { WorkItem } from '../plan/work-item.js';
import { type Moment, nextWorkAt, worksOf } from '../plan/works-of.js';
import type { SliceProgress } from '../slice/slice-progress.js';
import { PAGE_RETRY_MS } from './retry-times.js';

/** A slice that was begun by another day's plan has to be fresh enough for its cursor to be taken. */
const PROGRESS_MAX_MS = 24 * 3_600_000;

/** A slice to be read, and where its reading stands; null: at its beginning. */
export interface TakenWork {
  item: WorkItem;
  state: StreamState;
  progress: SliceProgress | null;
}

/** How far all streams are, while a turn is at work. */
export class TurnState {
  readonly #states: Map<string, StreamState>;
  /** What somebody reads right now, by stream. */
  readonly #underWay = new Map<string, WorkItem>();
  /** Streams that are left alone until the next run. */
  readonly #blocked = new Set<string>();

  constructor(
    private readonly connector: Connector,
    private readonly scopes: ProviderClient['scopes'],
    states: readonly StreamState[],
    private readonly progress: Map<string, SliceProgress>,
    private gaps: readonly Gap[],
    /** A reconnection lets streams that rested begin anew. */
    connectedAt: number,
  ) {
    this.#states = new Map(
      states.map((state) => {
        const isOver = state.rest !== null && state.rest.since < connectedAt;
        return [state.stream, isOver ? { ...state, rest: null } : state];
      }),
    );
  }

  /** Streams whose scope was not granted; empty where the provider does not say what was. */
  get ungranted(): readonly Stream[] {
    if (this.scopes.length === 0) return [];
    return this.connector.streams.filter(
      ({ scope }) =>
        scope !== undefined && !isGranted(this.connector.facts.scopes, this.scopes, scope),
    );
  }

  /**
   * As `next`; its stream is nobody else's until it is put back. Null also where something pressing is
   * under way and the next is not: history beside it would take its share of the provider's calls.
   */
  take(at: Moment): TakenWork | null {
    const work = this.next(at);
    if (work === null) return null;
    const { item } = work;
    if (!isPressing(item) && [...this.#underWay.values()].some(isPressing)) return null;
    this.#underWay.set(item.stream.name, item);
    return work;
  }

  putBack(stream: string): void {
    this.#underWay.delete(stream);
  }

  /** What to read now, of the streams that nobody reads; null where everything is read, or will be. */
  next(at: Moment): TakenWork | null {
    const works = this.#works(at).filter(({ stream }) => !this.#underWay.has(stream.name));
    const item = nextWork(works);
    if (item === null) return null;
    const progress = this.#resumable(item.stream, at) ?? null;
    return { item, state: this.#stateOf(item.stream), progress };
  }

  /** Whether what is shown is up to date, be history still to come. */
  isCurrent(at: Moment): boolean {
    const isHeld = this.#readable().some((stream) => this.#isHeld(stream, at));
    return !isHeld && !this.#works(at).some(isPressing);
  }

  /** When a run has to come again. */
  dueAt(at: Moment): number {
    const times = this.#readable().map((stream) =>
      this.#isHeld(stream, at)
        ? Math.max(at.now, this.#retryAt(stream) ?? at.now + PAGE_RETRY_MS)
        : nextWorkAt(stream, this.#stateOf(stream), this.#gapsOf(stream), at),
    );
    const latest = at.now + PROGRESS_MAX_MS;
    const due = Math.min(...times, latest);
    // A time that no clock shows: somebody else wrote it.
    return Number.isNaN(due) ? latest : due;
  }

  /**
   * The slice is over.
   *
   * @param gaps as they are since. Of other streams they may be older than what is known: those are
   *   looked at by whoever reads them
   */
  done(state: StreamState, gaps: readonly Gap[]): void {
    this.#states.set(state.stream, state);
    this.progress.delete(state.stream);
    this.gaps = [
      ...this.gaps.filter(({ stream }) => stream !== state.stream),
      ...gaps.filter(({ stream }) => stream === state.stream),
    ];
  }

  block(stream: string): void {
    this.#blocked.add(stream);
  }

  /** Whether a stream rests, and why. */
  restCodes(now: number): string[] {
    const states = this.#readable().map((stream) => this.#stateOf(stream));
    return states.flatMap(({ rest }) => (rest !== null && rest.until > now ? [rest.code] : []));
  }

  get quality() {
    const all = this.#readable().flatMap((stream) => this.#stateOf(stream).quality);
    return [...new Set(all)].sort();
  }

  get hasGaps(): boolean {
    return this.gaps.length > 0;
  }

  #works(at: Moment): WorkItem[] {
    return this.#readable().flatMap((stream) => {
      if (this.#isHeld(stream, at)) return [];
      const state = this.#stateOf(stream);
      const progress = this.#resumable(stream, at);
      if (progress === undefined) return worksOf(stream, state, this.#gapsOf(stream), at);
      const { kind, from, to, round, gapId } = progress;
      return [{ stream, kind, from, to, round, gapId }];
    });
  }

  /** A page was not understood: not in this turn again, and not in another one right behind it. */
  #isHeld(stream: Stream, at: Moment): boolean {
    return this.#blocked.has(stream.name) || (this.#retryAt(stream) ?? 0) > at.now;
  }

  #retryAt({ name }: Stream): number | null {
    const failures = this.progress.get(name)?.failures ?? null;
    return failures === null ? null : failures.at + PAGE_RETRY_MS;
  }

  #resumable(stream: Stream, at: Moment): SliceProgress | undefined {
    const progress = this.progress.get(stream.name);
    return progress !== undefined && at.now - progress.now < PROGRESS_MAX_MS ? progress : undefined;
  }

  #readable(): Stream[] {
    const ungranted = new Set(this.ungranted);
    return this.connector.streams.filter((stream) => !ungranted.has(stream));
  }

  #stateOf({ name }: Stream): StreamState {
    return this.#states.get(name) ?? unread(name);
  }

  #gapsOf({ name }: Stream): Gap[] {
    return this.gaps.filter(({ stream }) => stream === name);
  }
}
