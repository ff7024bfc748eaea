import { randomWord } from '../../kernel/ids.js';

/** Runs one statement in the database that the change feed listens to. */
export type RunStatement = <Row extends object>(text: string, values: unknown[]) => Promise<Row[]>;

/** How old a proof may be. What is cached on the word of the feed is at most this much behind. */
export const PROOF_MS = 5_000;

/**
 * Proof that what is announced arrives: notifications to ourselves that take the way of all others. They
 * are sent on another connection than the one that listens, because behind a pooler that connection may be
 * any session of the server, and would hear itself now and then.
 *
 * A beat that comes back proves that all that was announced before it was sent has been heard, for the
 * server delivers in order; so what counts is when it was sent, however late it comes.
 */
export class Heartbeat {
  /** Of one connection alone: what is meant for one that is gone reaches nobody. */
  readonly channel = `numoon_beat_${randomWord(16)}`;
  /** Sent and not heard yet, oldest first. */
  readonly #out = new Map<string, number>();
  #provenAt = Number.NEGATIVE_INFINITY;
  #sending = false;
  #firstHeard: () => void = () => undefined;
  readonly #first = new Promise<void>((resolve) => (this.#firstHeard = resolve));

  constructor(private readonly run: RunStatement) {}

  /** Whether all that was announced until `PROOF_MS` ago has been heard. */
  get isProven(): boolean {
    return performance.now() - this.#provenAt <= PROOF_MS;
  }

  /** Whether a beat should have come back by now. */
  get isOverdue(): boolean {
    const [oldest] = this.#out.values();
    return oldest !== undefined && performance.now() - oldest > PROOF_MS;
  }

  /** One at a time: a server that is slow gets no more of them. */
  send(): void {
    if (this.#sending) return;
    this.#sending = true;
    const beat = randomWord(16);
    this.#out.set(beat, performance.now());
    void this.run('SELECT pg_notify($1, $2)', [this.channel, beat])
      // A refusal is a beat that does not come back.
      .catch(() => undefined)
      .finally(() => (this.#sending = false));
  }

  hear(beat: string | undefined): void {
    const sentAt = this.#out.get(beat ?? '');
    if (sentAt === undefined) return;
    // Earlier ones that were lost on their way prove nothing any more, and are not waited for.
    for (const [other, at] of this.#out) if (at <= sentAt) this.#out.delete(other);
    this.#provenAt = Math.max(this.#provenAt, sentAt);
    this.#firstHeard();
  }

  /** Whether the first beat came back in time. */
  async first(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), PROOF_MS).unref();
    });
    return Promise.race([this.#first.then(() => true), late]).finally(() => clearTimeout(timer));
  }
}
