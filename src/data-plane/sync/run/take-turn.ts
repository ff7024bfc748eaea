import { Injectable } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import type { Slice } from '../../../connectors/kit/stream.js';
import type { Integration } from '../../integrations/integrations.repository.js';
import type { StreamState } from '../plan/stream-state.js';
import type { WorkItem } from '../plan/work-item.js';
import type { Moment } from '../plan/works-of.js';
import type { SliceProgress } from '../slice/slice-progress.js';
import { type SliceOutcome, SliceReader, type Turn } from '../slice/slice-reader.js';
import { SliceWriter, type Writing } from '../slice/slice-writer.js';
import type { TakenFence } from '../sync-fence.js';
import type { BegunRun } from '../sync-runs.repository.js';
import { SyncStreamsRepository } from '../sync-streams.repository.js';
import { SyncSettings } from '../sync.settings.js';
import { judgeFailure } from './judge-failure.js';
import { OpenSession, type Session } from './open-session.js';
import { noCounts } from './run-counts.js';
import { TurnState } from './turn-state.js';

/** How a turn ended that nothing kept from its work. */
export interface TurnEnd {
  /** There is something to read right away: the place was only given back. */
  more: boolean;
  dueAt: number;
  /** Whether the numbers are up to date. */
  current: boolean;
  quality: Integration['quality'];
  /** What is in the way of a part of it: an error code. */
  problem: string | null;
}

/** One turn of a run: slice after slice, the most pressing first, until everything is read or the time is up. */
@Injectable()
export class TakeTurn {
  constructor(
    private readonly open: OpenSession,
    private readonly streams: SyncStreamsRepository,
    private readonly writer: SliceWriter,
    private readonly settings: SyncSettings,
  ) {}

  /** @throws what keeps the whole integration from going on; what was read is kept */
  async execute(
    integration: Integration & { account: Account },
    fence: TakenFence,
    run: BegunRun,
    signal: AbortSignal,
  ): Promise<TurnEnd> {
    const { now, turnMs } = this.settings;
    const endsAt = now() + turnMs;
    const session = await this.open.execute(integration, fence, signal, now());
    const state = await this.#stateOf(integration, session);
    const turn: Turn = {
      connector: session.connector,
      client: session.client,
      signal,
      settings: this.settings,
      writer: this.writer,
      endsAt,
    };
    const problems: string[] = session.problem === null ? [] : [session.problem];
    if (state.ungranted.length > 0) problems.push('provider_forbidden');
    for (;;) {
      const at = momentOf(session, run, now());
      const work = state.next(at);
      if (work === null) break;
      const progress = work.progress ?? begun(work.item, at);
      const by: Writing = {
        provider: integration.provider,
        fence,
        runId: run.id,
        item: work.item,
        state: work.state,
      };
      const outcome = await this.#read(turn, by, session, progress, work.progress !== null);
      if (outcome.kind === 'broken') problems.push(outcome.code);
      const after = outcome.kind === 'done' ? outcome.state : stateLeft(outcome);
      if (after === null) {
        if (outcome.kind === 'paused')
          return endOf(state, momentOf(session, run, now()), problems, true);
        state.block(work.item.stream.name);
      } else state.done(after, await this.streams.gaps(integration.id));
      if (now() >= endsAt && state.next(momentOf(session, run, now())) !== null) {
        return endOf(state, momentOf(session, run, now()), problems, true);
      }
    }
    return endOf(state, momentOf(session, run, now()), problems, false);
  }

  async #read(
    turn: Turn,
    by: Writing,
    session: Session,
    progress: SliceProgress,
    saved: boolean,
  ): Promise<SliceOutcome> {
    const slice: Slice = {
      account: session.account,
      from: by.item.from,
      to: by.item.to,
      today: progress.today,
      clock: session.clock,
      now: progress.now,
      hash: session.hash,
    };
    try {
      return await new SliceReader(turn, by, slice, progress, saved).read();
    } catch (error) {
      const failure = judgeFailure(error);
      if (failure.kind !== 'stream') throw error;
      const now = this.settings.now();
      const left = await this.writer.rest(by, failure.code, now, noCounts());
      return { kind: 'broken', code: failure.code, left };
    }
  }

  async #stateOf(integration: Integration, { connector, client }: Session): Promise<TurnState> {
    return new TurnState(
      connector,
      client.scopes,
      await this.streams.states(integration.id),
      await this.streams.progress(integration.id),
      await this.streams.gaps(integration.id),
      integration.connectedAt?.getTime() ?? 0,
    );
  }
}

function momentOf(
  { clock }: Session,
  { recentAfter, lookBackAfter }: BegunRun,
  now: number,
): Moment {
  const dayOf = (instant: number) => clock.dayOf(instant);
  return { now, today: dayOf(now), dayOf, recentAfter, lookBackAfter };
}

function begun({ kind, from, to, round, gapId }: WorkItem, at: Moment): SliceProgress {
  return {
    version: 1,
    kind,
    from,
    to,
    today: at.today,
    now: at.now,
    round,
    gapId,
    cursor: null,
    pages: 0,
    mark: null,
    points: null,
    quality: [],
    failures: null,
  };
}

function stateLeft(outcome: SliceOutcome): StreamState | null {
  return outcome.kind === 'broken' ? outcome.left : null;
}

function endOf(state: TurnState, at: Moment, problems: readonly string[], more: boolean): TurnEnd {
  const { now } = at;
  const inTheWay = [...problems, ...state.restCodes(now)];
  return {
    more,
    dueAt: more ? now : Math.max(now + 1_000, state.dueAt(at)),
    current: state.isCurrent(at),
    quality: state.quality,
    problem: inTheWay[0] ?? (state.hasGaps ? 'sync_incomplete' : null),
  };
}
