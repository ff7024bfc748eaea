import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_TOKEN, type Answer, type CallOptions } from '../../support/test-app.js';

type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

interface Account {
  id: string;
  key: string;
}

/** What clients do all the time, each kind in a loop of its own. */
type Kind = 'signup' | 'query' | 'key' | 'closure' | 'rotation' | 'sync';

/**
 * Clients of every kind that do not stop while the database is hurt, and remember what they were promised.
 * An outage is a 503; every other refusal is noted as unexpected.
 */
export class OutageLoad {
  readonly unexpected: string[] = [];
  /** What was answered with a success, to be looked at afterwards. */
  readonly accounts: Account[] = [];
  readonly keys: string[] = [];
  readonly closed = new Set<string>();
  refused = 0;
  readonly #answered = new Map<Kind, number>();
  readonly #loops: Promise<void>[] = [];
  readonly #prefix = `outage-${Math.random().toString(36).slice(2)}`;
  #count = 0;
  #stopped = false;

  constructor(
    private readonly call: Call,
    /** Stays open and is used all the time. */
    private readonly regular: Account,
    private readonly integrationId: string,
  ) {}

  start(): void {
    const steps: Record<Kind, () => Promise<boolean>> = {
      signup: () => this.#signUp(),
      query: () => this.#query(),
      key: () => this.#makeKey(),
      closure: () => this.#close(),
      rotation: () => this.#rotate(),
      sync: () => this.#sync(),
    };
    for (const [kind, step] of Object.entries(steps)) {
      this.#loops.push(this.#loop(kind as Kind, step));
    }
    // A second one of the two that hold most connections.
    this.#loops.push(this.#loop('signup', steps.signup), this.#loop('query', steps.query));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  /** Until every kind has had an answer of success that was asked for after this call. @returns how long that took */
  async allAnswered(withinMs: number): Promise<number> {
    const since = performance.now();
    const kinds: Kind[] = ['signup', 'query', 'key', 'closure', 'rotation', 'sync'];
    for (;;) {
      const waiting = kinds.filter((kind) => (this.#answered.get(kind) ?? 0) < since);
      if (waiting.length === 0) return performance.now() - since;
      if (performance.now() > since + withinMs) {
        throw new Error(`No answer within ${withinMs} ms to: ${waiting.join(', ')}`);
      }
      await sleep(20);
    }
  }

  async #loop(kind: Kind, step: () => Promise<boolean>): Promise<void> {
    while (!this.#stopped) {
      const askedAt = performance.now();
      try {
        if (await step()) this.#answered.set(kind, askedAt);
      } catch (error) {
        this.unexpected.push(`${kind}: ${String(error)}`);
      }
      await sleep(20);
    }
  }

  /** Whether it was done; 503 is the answer of an outage, and nothing else is. */
  async #asked(method: string, path: string, options: CallOptions): Promise<Answer | null> {
    const answer = await this.call(method, path, options);
    if (answer.status < 300) return answer;
    if (answer.status === 503 && answer.headers.get('retry-after') !== null) this.refused += 1;
    else this.unexpected.push(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return null;
  }

  async #signUp(): Promise<boolean> {
    this.#count += 1;
    const answer = await this.#asked('POST', '/v1/signup', {
      body: {
        organization: `Storm ${this.#count}`,
        owner: {
          name: 'S',
          email: `${this.#prefix}-${this.#count}@example.com`,
          password: 'correct horse battery',
        },
        isolation: this.#count % 2 === 0 ? 'schema' : 'database',
      },
    });
    if (answer === null) return false;
    this.accounts.push({ id: answer.body.tenant.id, key: answer.body.apiKey });
    return true;
  }

  async #query(): Promise<boolean> {
    const { key } = this.regular;
    const members = await this.#asked('GET', '/v1/members', { key });
    const admin = await this.#asked('GET', '/admin/tenants?limit=1', { key: ADMIN_TOKEN });
    return members !== null && admin !== null;
  }

  async #makeKey(): Promise<boolean> {
    const { key } = this.regular;
    const made = await this.#asked('POST', '/v1/api-keys', {
      key,
      body: { name: 'storm', role: 'analyst' },
    });
    if (made !== null) this.keys.push(made.body.key);
    await sleep(100);
    return made !== null;
  }

  async #close(): Promise<boolean> {
    const account = this.accounts.find(({ id }) => !this.closed.has(id));
    if (account === undefined) return false;
    // Said before it is asked: an answer that is lost leaves open whether it was done.
    this.closed.add(account.id);
    const path = `/admin/tenants/${account.id}/close`;
    const options = { key: ADMIN_TOKEN, body: { graceDays: 0 } };
    for (let lost = false; !this.#stopped; lost = true) {
      const { status, body } = await this.call('POST', path, options);
      // Where the answer was lost it may have been done, and even be over by now.
      if (status === 202 || (lost && (status === 409 || status === 404))) {
        await sleep(300);
        return true;
      }
      if (status === 503) this.refused += 1;
      else this.unexpected.push(`closure: ${status} ${JSON.stringify(body)}`);
      await sleep(50);
    }
    return false;
  }

  async #rotate(): Promise<boolean> {
    const path = `/admin/tenants/${this.regular.id}/rotate-keys`;
    const answer = await this.call('POST', path, { key: ADMIN_TOKEN, body: {} });
    await sleep(100);
    // The last one is still at work.
    if (answer.body.code === 'rotation_busy') return true;
    if (answer.status < 300) return true;
    if (answer.status === 503) this.refused += 1;
    else this.unexpected.push(`rotation: ${answer.status} ${JSON.stringify(answer.body)}`);
    return false;
  }

  async #sync(): Promise<boolean> {
    const { key } = this.regular;
    const path = `/v1/integrations/${this.integrationId}/sync`;
    const answer = await this.#asked('POST', path, { key, body: {} });
    await sleep(200);
    return answer !== null;
  }
}
