import { Injectable } from '@nestjs/common';
import type { Point } from '../../../connectors/kit/points.js';
import { addDays, type Day } from '../../../kernel/calendar.js';
import type { Queryable } from '../../../tenancy/tenant-database.js';
import { MetricStore } from '../../metrics/store/metric-store.js';
import { advance } from '../plan/advance.js';
import type { StreamState } from '../plan/stream-state.js';
import type { WorkItem } from '../plan/work-item.js';
import { restMs } from '../run/retry-times.js';
import type { RunCounts } from '../run/run-counts.js';
import { type Fence, SyncFence } from '../sync-fence.js';
import { SyncObserver } from '../sync-observer.js';
import { SyncRunsRepository } from '../sync-runs.repository.js';
import { SyncStreamsRepository } from '../sync-streams.repository.js';
import type { SliceProgress } from './slice-progress.js';

/** Who writes: the run, and how far the stream was before. */
export interface Writing {
  provider: string;
  fence: Fence;
  runId: string;
  item: WorkItem;
  state: StreamState;
}

/** A page that was not understood. */
export interface BrokenPage {
  page: number;
  rule: string;
  code: string;
  at: number;
}

/** After so many failures of one page in a row its slice is left for later; or of any pages. */
const TRIES = 2;
const TRIES_IN_ALL = 5;

/** Everything that a slice commits: each time one transaction, and only while no other run has taken over. */
@Injectable()
export class SliceWriter {
  constructor(
    private readonly fence: SyncFence,
    private readonly streams: SyncStreamsRepository,
    private readonly runs: SyncRunsRepository,
    private readonly store: MetricStore,
    private readonly observer: SyncObserver,
  ) {}

  /** Where the slice stands. @throws SyncFencedError */
  async save(by: Writing, progress: SliceProgress, counts: RunCounts): Promise<void> {
    const { integrationId } = by.fence;
    await this.fence.run(by.fence, async (tx) => {
      await this.streams.saveProgress(tx, integrationId, by.item.stream.name, progress);
      await this.runs.count(tx, by.runId, counts);
    });
    this.observer.counted(by.provider, counts);
  }

  /** The slice is known: its points, and that it was read. @throws SyncFencedError */
  async finish(
    by: Writing,
    progress: SliceProgress,
    points: readonly Point[],
    counts: RunCounts,
  ): Promise<StreamState> {
    const { integrationId } = by.fence;
    const state = advance(by.state, by.item, progress, progress.quality);
    const done = { ...counts, slices: counts.slices + 1, points: counts.points + points.length };
    await this.fence.run(by.fence, async (tx) => {
      await this.#replace(tx, by, progress, points);
      await this.streams.write(tx, integrationId, state);
      await this.streams.closeGaps(tx, integrationId, {
        stream: by.item.stream.name,
        from: by.item.from,
        to: by.item.to,
      });
      await this.runs.count(tx, by.runId, done);
    });
    this.observer.counted(by.provider, done);
    return state;
  }

  /**
   * A page was not understood: it is noted by reference. The first time the slice stays under way, to be
   * tried again from `progress`; then it is left for later and the stream goes on without it.
   *
   * @param progress as it was before the page
   * @returns the stream's state where the slice was left, else null
   */
  async quarantine(
    by: Writing,
    progress: SliceProgress,
    broken: BrokenPage,
    counts: RunCounts,
  ): Promise<StreamState | null> {
    const { integrationId } = by.fence;
    const { stream, from, to } = by.item;
    const done = { ...counts, quarantined: counts.quarantined + 1 };
    const failures = failuresWith(progress, broken);
    const isHopeless = failures.inRow >= TRIES || failures.inAll >= TRIES_IN_ALL;
    const left = isHopeless ? leave(by, progress, broken) : null;
    await this.fence.run(by.fence, async (tx) => {
      await this.runs.quarantine(tx, integrationId, {
        runId: by.runId,
        stream: stream.name,
        from,
        to,
        page: broken.page,
        rule: broken.rule.slice(0, 300),
        at: new Date(broken.at),
      });
      await this.runs.count(tx, by.runId, done);
      if (left === null) {
        const kept = { ...progress, failures };
        await this.streams.saveProgress(tx, integrationId, stream.name, kept);
        return;
      }
      await this.streams.write(tx, integrationId, left);
      if (stream.covers === 'days') await this.#leaveGap(tx, by, broken.at);
    });
    this.observer.counted(by.provider, done);
    return left;
  }

  /** The stream may not be read: it is left alone for a while. */
  async rest(by: Writing, code: string, now: number, counts: RunCounts): Promise<StreamState> {
    const state = resting(by.state, code, now);
    await this.fence.run(by.fence, async (tx) => {
      await this.streams.write(tx, by.fence.integrationId, state);
      await this.runs.count(tx, by.runId, counts);
    });
    return state;
  }

  async #replace(
    tx: Queryable,
    { fence, item }: Writing,
    { today }: SliceProgress,
    points: readonly Point[],
  ): Promise<void> {
    const { stream, from, to } = item;
    const todayMetrics = new Set(stream.todayMetrics ?? []);
    const write = (metrics: readonly string[], from: Day, to: Day) =>
      this.store.replace(tx, {
        integrationId: fence.integrationId,
        metrics,
        from,
        to,
        points: points.filter(({ metric }) => metrics.includes(metric)),
        provisionalFrom: addDays(today, -stream.lookBackDays),
      });
    const ofDays = stream.metrics.filter((metric) => !todayMetrics.has(metric));
    if (ofDays.length > 0) await write(ofDays, from, to);
    if (todayMetrics.size > 0 && from <= today && today <= to) {
      await write([...todayMetrics], today, today);
    }
  }

  async #leaveGap(tx: Queryable, { fence, item }: Writing, now: number): Promise<void> {
    const { stream, from, to } = item;
    const gaps = await this.streams.gaps(fence.integrationId, tx);
    const before = gaps.find(
      (gap) => gap.stream === stream.name && gap.from === from && gap.to === to,
    );
    const tries = (before?.tries ?? 0) + 1;
    await this.streams.leaveGap(tx, fence.integrationId, {
      stream: stream.name,
      from,
      to,
      tries,
      retryAt: now + restMs(tries),
    });
  }
}

function failuresWith({ failures }: SliceProgress, { page, at }: BrokenPage) {
  const before = failures?.page === page ? failures.inRow : 0;
  return { page, at, inRow: before + 1, inAll: (failures?.inAll ?? 0) + 1 };
}

/** A range of days is passed over; what can only be read as a whole rests. */
function leave(by: Writing, progress: SliceProgress, { code, at }: BrokenPage): StreamState {
  return by.item.stream.covers === 'days'
    ? advance(by.state, by.item, progress, [])
    : resting(by.state, code, at);
}

function resting(state: StreamState, code: string, now: number): StreamState {
  const count = (state.rest?.count ?? 0) + 1;
  return { ...state, round: null, rest: { since: now, until: now + restMs(count), code, count } };
}
