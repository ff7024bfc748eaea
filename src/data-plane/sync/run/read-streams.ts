import type { Slice } from '../../../connectors/kit/stream.js';
import type { Moment } from '../plan/works-of.js';
import { beginProgress } from '../slice/slice-progress.js';
import { type SliceOutcome, SliceReader, type Turn } from '../slice/slice-reader.js';
import type { SliceWriter, Writing } from '../slice/slice-writer.js';
import type { TakenFence } from '../sync-fence.js';
import type { SyncStreamsRepository } from '../sync-streams.repository.js';
import type { SyncSettings } from '../sync.settings.js';
import { judgeFailure } from './judge-failure.js';
import { Lanes } from './lanes.js';
import { OneByOne } from './one-by-one.js';
import type { Session } from './open-session.js';
import { noCounts } from './run-counts.js';
import type { TakenWork, TurnState } from './turn-state.js';

/** What is read, and for whom. */
export interface Reading {
  provider: string;
  fence: TakenFence;
  runId: string;
  session: Session;
  state: TurnState;
  signal: AbortSignal;
  /** ms since 1970; from then on the place is given back. */
  endsAt: number;
  at(): Moment;
}

/**
 * The slices of one turn, those of several streams side by side. A lane waits for its pages without a
 * connection, and the lanes' commits are made one after the other: they would wait for each other at the
 * fence's row anyway, each of them with a connection that the tenant's requests need.
 */
export class ReadStreams {
  /** What was in the way of a part of it: error codes. */
  readonly problems: string[] = [];
  readonly #lanes: Lanes;
  readonly #turn: Turn;
  #begun = false;
  #over = false;
  #paused = false;

  constructor(
    private readonly reading: Reading,
    private readonly streams: SyncStreamsRepository,
    private readonly settings: SyncSettings,
    writer: SliceWriter,
  ) {
    const { session, signal } = reading;
    const { connector, client } = session;
    const commits = new OneByOne();
    this.#lanes = new Lanes(lanesOf(session, settings), () => this.#take());
    this.#turn = {
      connector,
      client,
      signal,
      settings,
      commit: (work) => commits.run(() => work(writer)),
      isOver: () => this.#isOver(),
    };
  }

  /**
   * The most pressing of what there is, until all is read or time is up.
   *
   * @returns whether there is more to read right away
   * @throws what keeps the whole integration from going on, when no lane is at work any more
   */
  async execute(): Promise<boolean> {
    await this.#lanes.run();
    const { state, at } = this.reading;
    return this.#paused || (this.#over && state.next(at()) !== null);
  }

  #take(): (() => Promise<void>) | null {
    // However late it is when it begins, a turn gets on by a page.
    if (this.#begun && this.#isOver()) return null;
    const at = this.reading.at();
    const work = this.reading.state.take(at);
    if (work === null) return null;
    this.#begun = true;
    return () => this.#follow(work, at);
  }

  /** Once over it stays so, whatever the clock does: a slice that was paused is not taken again. */
  #isOver(): boolean {
    this.#over ||= this.settings.now() >= this.reading.endsAt || this.#lanes.failed;
    return this.#over;
  }

  async #follow(work: TakenWork, at: Moment): Promise<void> {
    const { state, fence } = this.reading;
    const outcome = await this.#read(work, at);
    if (outcome.kind === 'paused') this.#paused = true;
    if (outcome.kind === 'broken') this.problems.push(outcome.code);
    const { name } = work.item.stream;
    const after = stateAfter(outcome);
    if (after !== null) state.done(after, await this.streams.gaps(fence.integrationId));
    else if (outcome.kind === 'broken') state.block(name);
    state.putBack(name);
  }

  async #read({ item, state, progress }: TakenWork, at: Moment): Promise<SliceOutcome> {
    const { provider, fence, runId, session } = this.reading;
    const by: Writing = { provider, fence, runId, item, state };
    const begun = progress ?? beginProgress(item, at);
    const slice: Slice = {
      account: session.account,
      from: item.from,
      to: item.to,
      today: begun.today,
      clock: session.clock,
      now: begun.now,
      hash: session.hash,
    };
    try {
      return await new SliceReader(this.#turn, by, slice, begun, progress !== null).read();
    } catch (error) {
      const failure = judgeFailure(error);
      if (failure.kind !== 'stream') throw error;
      const { code } = failure;
      const left = await this.#turn.commit((writer) =>
        writer.rest(by, code, this.settings.now(), noCounts()),
      );
      return { kind: 'broken', code, left };
    }
  }
}

/** More calls at once than the provider allows would only wait for each other. */
function lanesOf({ connector }: Session, { lanes }: SyncSettings): number {
  return Math.max(1, Math.floor(Math.min(lanes, connector.facts.limits.concurrent)));
}

function stateAfter(outcome: SliceOutcome) {
  if (outcome.kind === 'done') return outcome.state;
  return outcome.kind === 'broken' ? outcome.left : null;
}
