import { Accumulator } from '../../../connectors/kit/accumulator/accumulator.js';
import { declaredMetrics } from '../../../connectors/kit/accumulator/declared-metrics.js';
import type { Connector } from '../../../connectors/kit/connector.js';
import { DimensionGuard } from '../../../connectors/kit/guard/dimension-guard.js';
import type { ProviderClient } from '../../../connectors/kit/provider-client.js';
import type { Page, Slice } from '../../../connectors/kit/stream.js';
import { asPageFault, judgeFailure } from '../run/judge-failure.js';
import { addCounts, noCounts, type RunCounts } from '../run/run-counts.js';
import { untilStopped } from '../run/until-stopped.js';
import type { StreamState } from '../plan/stream-state.js';
import type { SyncSettings } from '../sync.settings.js';
import { nextCursor } from './next-cursor.js';
import type { SliceProgress } from './slice-progress.js';
import type { SliceWriter, Writing } from './slice-writer.js';

/** What all slices of a turn share. */
export interface Turn {
  connector: Connector;
  client: ProviderClient;
  signal: AbortSignal;
  settings: SyncSettings;
  /** Waits until all commits before it are made, and makes one. */
  commit<T>(work: (writer: SliceWriter) => Promise<T>): Promise<T>;
  /** The place is to be given back. */
  isOver(): boolean;
}

export type SliceOutcome =
  | { kind: 'done'; state: StreamState }
  /** Saved where it is; goes on later. */
  | { kind: 'paused' }
  /** A page was not understood; `left` where the slice was left for later. */
  | { kind: 'broken'; code: string; left: StreamState | null };

/** Saving may take this part of the time. */
const SAVING_PART = 10;

/** Reads one slice: page by page, of which nothing is kept but sums. */
export class SliceReader {
  readonly #points: Accumulator;
  #progress: SliceProgress;
  /** As it lies in the database; null where it does not. */
  #saved: SliceProgress | null;
  #counts: RunCounts = noCounts();
  #savedAt: number;
  #savingMs = 0;
  /** The sums are no longer those before the page that `#progress` names: it was begun to be mapped, or was the last. */
  #half = false;

  constructor(
    private readonly turn: Turn,
    private readonly by: Writing,
    private readonly slice: Slice,
    progress: SliceProgress,
    saved: boolean,
  ) {
    const { settings, connector } = turn;
    this.#points = new Accumulator({
      from: slice.from,
      to: slice.to,
      today: slice.today,
      metrics: declaredMetrics(connector, by.item.stream),
      guard: new DimensionGuard(),
      maxSeries: settings.maxSeries,
    });
    this.#progress = this.#restored(progress);
    this.#saved = saved ? this.#progress : null;
    this.#savedAt = settings.now();
  }

  /** @throws ProviderError, SyncFencedError, and what the database and the token broker throw; progress is kept */
  async read(): Promise<SliceOutcome> {
    try {
      return await this.#read();
    } catch (error) {
      const failure = judgeFailure(error);
      if (failure.kind === 'page') return this.#quarantine(failure);
      // Before a commit that fails is tried again by the next run, what can be kept is kept.
      if (isProviders(failure.kind) && !this.#half) await this.#save();
      throw error;
    }
  }

  async #read(): Promise<SliceOutcome> {
    const { stream } = this.by.item;
    const context: unknown = await this.#ask(async () =>
      stream.prepare?.(this.turn.client, this.slice),
    );
    for (;;) {
      const page = await this.#ask(() =>
        stream.page(this.turn.client, this.slice, this.#progress.cursor, context),
      );
      this.#take(page, context);
      if (page.next === null) return { kind: 'done', state: await this.#finish() };
      if (this.turn.isOver()) {
        await this.#save();
        return { kind: 'paused' };
      }
      if (this.#isSavingDue()) await this.#save();
    }
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await untilStopped(this.turn.signal, work());
    } catch (error) {
      throw asPageFault(error);
    }
  }

  #take(page: Page<unknown>, context: unknown): void {
    const { stream } = this.by.item;
    const { cursor, pages, mark, quality } = this.#progress;
    const next = nextCursor({ cursor, pages, mark }, page.next);
    this.#half = true;
    try {
      for (const row of page.rows) stream.map(row, this.slice, this.#points, context);
    } catch (error) {
      throw asPageFault(error);
    }
    this.#half = page.next === null;
    this.#counts.pages += 1;
    this.#counts.records += page.records;
    this.#progress = {
      ...this.#progress,
      ...next,
      quality: [...new Set([...quality, ...(page.quality ?? [])])],
    };
  }

  #isSavingDue(): boolean {
    const { now, saveEveryMs } = this.turn.settings;
    return now() - this.#savedAt >= Math.max(saveEveryMs, this.#savingMs * SAVING_PART);
  }

  async #save(): Promise<void> {
    const { now } = this.turn.settings;
    const begun = now();
    const progress = { ...this.#progress, points: this.#points.save() };
    await this.turn.commit((writer) => writer.save(this.by, progress, this.#counts));
    this.#saved = progress;
    this.#counts = noCounts();
    this.#savedAt = now();
    this.#savingMs = this.#savedAt - begun;
  }

  async #finish(): Promise<StreamState> {
    const points = this.#points.points();
    const crowded = this.#points.crowdedOut > 0 ? (['other-rows'] as const) : [];
    const progress = { ...this.#progress, quality: [...this.#progress.quality, ...crowded] };
    const withheld = Object.fromEntries(this.#points.withheld);
    const counts = addCounts(this.#counts, { ...noCounts(), withheld });
    return this.turn.commit((writer) => writer.finish(this.by, progress, points, counts));
  }

  async #quarantine(failure: { code: string; rule: string }): Promise<SliceOutcome> {
    const { pages, failures } = this.#progress;
    const broken = { ...failure, page: pages + 1, at: this.turn.settings.now() };
    const progress = this.#half
      ? this.#lastWhole()
      : { ...this.#progress, points: this.#points.save() };
    // Pages since the last saving will be read again, and counted then.
    const counts = this.#half ? noCounts() : this.#counts;
    const tried = { ...progress, failures };
    const left = await this.turn.commit((writer) =>
      writer.quarantine(this.by, tried, broken, counts),
    );
    return { kind: 'broken', code: failure.code, left };
  }

  #lastWhole(): SliceProgress {
    return this.#saved ?? anew(this.#progress);
  }

  /** Sums that the connector of today cannot go on from are read anew. */
  #restored(progress: SliceProgress): SliceProgress {
    if (progress.points === null) return progress;
    try {
      this.#points.restore(progress.points);
      return progress;
    } catch (error) {
      if (judgeFailure(error).kind !== 'page') throw error;
      return anew(progress);
    }
  }
}

function anew(progress: SliceProgress): SliceProgress {
  return { ...progress, cursor: null, pages: 0, mark: null, points: null, quality: [] };
}

/** Whose fault says nothing against the database: saving is worth a try. */
function isProviders(kind: string): boolean {
  return ['wait', 'stopped', 'stream', 'rarely'].includes(kind) || kind === 'later';
}
