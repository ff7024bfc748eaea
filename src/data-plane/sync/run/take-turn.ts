import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import type { Integration } from '../../integrations/integrations.repository.js';
import type { Moment } from '../plan/works-of.js';
import { SliceWriter } from '../slice/slice-writer.js';
import type { TakenFence } from '../sync-fence.js';
import type { BegunRun } from '../sync-runs.repository.js';
import { SyncStreamsRepository } from '../sync-streams.repository.js';
import { SyncSettings } from '../sync.settings.js';
import { OpenSession, type Session } from './open-session.js';
import { ReadStreams } from './read-streams.js';
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

/** Who waits for the signal in one lane: what asks, the line of the budget, the call, a pause before the next. */
const LISTENERS = 10;

/** One turn of a run: slices, the most pressing first, until everything is read or the time is up. */
@Injectable()
export class TakeTurn {
  constructor(
    private readonly open: OpenSession,
    private readonly streams: SyncStreamsRepository,
    private readonly writer: SliceWriter,
    private readonly settings: SyncSettings,
  ) {}

  /**
   * When it has settled, nothing of it reads or writes any more.
   *
   * @throws what keeps the whole integration from going on; what was read is kept
   */
  async execute(
    integration: Integration & { account: Account },
    fence: TakenFence,
    run: BegunRun,
    signal: AbortSignal,
  ): Promise<TurnEnd> {
    const { now, turnMs, lanes } = this.settings;
    const endsAt = now() + turnMs;
    setMaxListeners(LISTENERS * lanes, signal);
    const session = await this.open.execute(integration, fence, signal, now());
    const state = await this.#stateOf(integration, session);
    const at = (): Moment => momentOf(session, run, now());
    const { provider } = integration;
    const reading = new ReadStreams(
      { provider, fence, runId: run.id, session, state, signal, endsAt, at },
      this.streams,
      this.settings,
      this.writer,
    );
    const more = await reading.execute();
    const problems = session.problem === null ? [] : [session.problem];
    if (state.ungranted.length > 0) problems.push('provider_forbidden');
    return endOf(state, at(), [...problems, ...reading.problems], more);
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
