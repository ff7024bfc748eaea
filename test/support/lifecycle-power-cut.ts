import { Client } from 'pg';

/** Statements that change nothing: a cut after one of them is the cut after the one before. */
const CHANGES_NOTHING = /^\s*(SELECT|BEGIN|SET|RESET|SHOW|LISTEN|ROLLBACK)\b/i;

/**
 * A process that loses its power after a number of changes, played inside this one: from then on
 * none of its connections answers, none opens, and what waited for an answer waits for ever. Cheaper
 * than a real process by far, so every single change can be the last; `lifecycle-crash.ts` kills
 * real ones, at fewer points.
 */
export class PowerCut {
  /** What was executed and committed, in order. */
  readonly changes: string[] = [];
  /** Resolves at the moment of the cut. */
  readonly happened: Promise<'cut'>;
  readonly #clients = new Set<Client>();
  readonly #name: string;
  #happen: () => void = () => undefined;
  #after = Infinity;
  #known: Set<string> | undefined;
  #off = false;

  constructor() {
    this.#name = `power-cut-${doomed.size}`;
    this.happened = new Promise((resolve) => {
      this.#happen = () => resolve('cut');
    });
    doomed.set(this.#name, this);
  }

  /** The URL of the control plane that shall be cut off. */
  urlOf(controlUrl: string): string {
    const url = new URL(controlUrl);
    // Without effect, since all have an application_name; it tells the connections of this process from others.
    url.searchParams.set('fallback_application_name', this.#name);
    return url.href;
  }

  /** When that many more changes have been made. */
  after(changes: number): void {
    this.changes.length = 0;
    this.#after = changes;
  }

  /**
   * After the first change that is none of these, and that becomes one of them then. A second statement of
   * the same words is another change.
   */
  afterOneUnknown(known: Set<string>): void {
    this.after(1);
    this.#known = known;
  }

  connect(client: Client, send: Send, args: unknown[]): unknown {
    this.#clients.add(client);
    // The cut is an error that nobody of a dead process hears.
    client.on('error', () => undefined);
    return this.#answer(send, args, () => this.#off);
  }

  query(client: Client, send: Send, args: unknown[]): unknown {
    return this.#answer(send, args, () => this.#isCutBy(client, args));
  }

  #answer(send: Send, args: unknown[], unheard: () => boolean): unknown {
    if (this.#off) return new Promise(() => undefined);
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      return send(...args.slice(0, -1), (...result: unknown[]) => {
        if (!unheard()) callback(...result);
      });
    }
    return new Promise((resolve, reject) => {
      (send(...args) as Promise<unknown>).then(
        (result) => void (unheard() || resolve(result)),
        (error: unknown) => void (unheard() || reject(error)),
      );
    });
  }

  /** Counts a change whose answer has come. Whether nobody hears of it any more. */
  #isCutBy(client: Client, args: unknown[]): boolean {
    if (this.#off) return true;
    const [statement] = args as [string | { text: string }];
    const text = typeof statement === 'string' ? statement : statement.text;
    // Inside of a transaction nothing is changed yet; its COMMIT will count.
    if (CHANGES_NOTHING.test(text) || inTransaction(client)) return false;
    this.changes.push(text);
    if (!this.#isLast(text)) return false;
    this.#off = true;
    for (const client of this.#clients) socketOf(client).destroy();
    this.#happen();
    return true;
  }

  #isLast(text: string): boolean {
    if (this.#known === undefined) return this.changes.length >= this.#after;
    const nth = `${text} (${this.changes.filter((it) => it === text).length})`;
    if (this.#known.has(nth)) return false;
    this.#known.add(nth);
    return true;
  }
}

type Send = (...args: unknown[]) => unknown;

const doomed = new Map<string, PowerCut>();

/**
 * Lets `PowerCut` stand between pg's clients and their users, for the rest of this test file: taken
 * away again, it would bring the dead to life.
 */
export function installPowerCuts(): void {
  keepNoTimers();
  const { prototype } = Client as unknown as { prototype: Record<'query' | 'connect', Send> };
  const { connect, query } = prototype;
  prototype.connect = function (this: Client, ...args: unknown[]) {
    const send = (...sent: unknown[]): unknown => connect.apply(this, sent);
    const cut = cutOf(this);
    if (cut === undefined) return send(...args);
    return cut.connect(this, send, args);
  };
  prototype.query = function (this: Client, ...args: unknown[]) {
    const send = (...sent: unknown[]): unknown => query.apply(this, sent);
    const cut = cutOf(this);
    return cut === undefined ? send(...args) : cut.query(this, send, args);
  };
}

/** What the dead still wait for must not keep this process alive. */
function keepNoTimers(): void {
  const { setTimeout: start } = globalThis;
  const unheld = (...args: Parameters<typeof setTimeout>): NodeJS.Timeout => start(...args).unref();
  globalThis.setTimeout = Object.assign(unheld, start) as typeof setTimeout;
}

function cutOf(client: Client): PowerCut | undefined {
  const { connectionParameters } = client as unknown as {
    connectionParameters: { fallback_application_name?: string };
  };
  return doomed.get(connectionParameters.fallback_application_name ?? '');
}

function inTransaction(client: Client): boolean {
  const state = client as unknown as { getTransactionStatus(): string | null };
  return state.getTransactionStatus() === 'T';
}

function socketOf(client: Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}
