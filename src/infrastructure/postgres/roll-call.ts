import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../kernel/app-error.js';
import { newId } from '../../kernel/ids.js';
import { announce, type ChangeFeed, FEED_NAME } from './change-feed.js';
import type { RunStatement } from './heartbeat.js';

export interface RollCallOutcome {
  /** Processes that said that they forgot. */
  answered: string[];
  /** Processes that did not answer, and whose feed was ended for it. */
  cutOff: string[];
}

export class RollCallDeafError extends AppError {
  constructor() {
    super('roll_call_deaf', 'The other processes could not be asked: the change feed is down.');
  }
}

/** How often it is asked anew when our own feed broke meanwhile. */
const ATTEMPTS = 3;

/** How often the sessions are looked at while answers are awaited: a process that ended needs none. */
const LOOK_MS = 100;

const LISTENING = `SELECT pid, substr(application_name, length($1) + 2) AS process
  FROM pg_stat_activity
  WHERE datname = current_database() AND starts_with(application_name, $1 || ' ')`;

interface Listener {
  pid: number;
  process: string;
}

/**
 * Asks every process to forget a tenant's keys, and waits until each has said that it did.
 *
 * Who there is, the server knows: a process trusts its caches only while its feed is live, and a live
 * feed is a session of the server with the process's id in its name. One that keeps silent (stopped,
 * hanging) has that session ended: when it goes on, the broken feed makes it forget all it holds before
 * it trusts anything again.
 */
export class RollCall {
  constructor(
    private readonly run: RunStatement,
    private readonly feed: ChangeFeed,
  ) {}

  /**
   * @param patienceMs how long each process has to answer, and how long our own feed has to come back
   * @throws AppError `roll_call_deaf` when this process's own feed is down and it could hear no answer
   */
  async ask(tenantId: string, patienceMs: number): Promise<RollCallOutcome> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      await this.#hearing(patienceMs);
      const outcome = await this.#askOnce(tenantId, patienceMs);
      if (outcome !== null) return outcome;
    }
    throw new RollCallDeafError();
  }

  /** Waits for our own feed: a busy moment breaks one, and it comes back by itself. */
  async #hearing(patienceMs: number): Promise<void> {
    const giveUpAt = performance.now() + patienceMs;
    while (!this.feed.live) {
      if (performance.now() > giveUpAt) throw new RollCallDeafError();
      await sleep(LOOK_MS);
    }
  }

  /** Null when answers may have been missed: asking again is better than cutting off who did answer. */
  async #askOnce(tenantId: string, patienceMs: number): Promise<RollCallOutcome | null> {
    const ask = newId('ask');
    const answered = new Set<string>();
    const missed = { any: false };
    const hear = (change: { kind: string; ask?: string; process?: string }): void => {
      if (change.kind === 'forgotten' && change.ask === ask && change.process !== undefined) {
        answered.add(change.process);
      }
    };
    const noteGap = (): void => void (missed.any = true);
    this.feed.on('change', hear).on('gap', noteGap);
    try {
      await announce({ query: this.run }, { kind: 'forget', tenantId, ask });
      const giveUpAt = performance.now() + patienceMs;
      let silent = await this.#silent(answered);
      while (!missed.any && silent.length > 0 && performance.now() < giveUpAt) {
        await sleep(LOOK_MS);
        silent = await this.#silent(answered);
      }
      if (missed.any) return null;
      for (const { pid } of silent) await this.run('SELECT pg_terminate_backend($1)', [pid]);
      return { answered: [...answered], cutOff: silent.map(({ process }) => process) };
    } finally {
      this.feed.off('change', hear).off('gap', noteGap);
    }
  }

  async #silent(answered: ReadonlySet<string>): Promise<Listener[]> {
    const listening = await this.run<Listener>(LISTENING, [FEED_NAME]);
    return listening.filter(({ process }) => !answered.has(process));
  }
}
