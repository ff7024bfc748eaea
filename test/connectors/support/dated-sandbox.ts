import { type Sandbox, startSandbox } from '../../../sandbox/start.js';
import type { Truth } from '../whole/truth.js';

/** The sandbox's limits and tokens see time pass so much faster: nobody waits for a limit to end. */
const FASTER = 100;

/** A sandbox that stands at whatever instant it is told to. */
export class DatedSandbox {
  #at = 0;
  #since = 0;

  private constructor(readonly sandbox: Sandbox) {}

  static async start(): Promise<DatedSandbox> {
    const held: { dated: DatedSandbox | null } = { dated: null };
    const sandbox = await startSandbox({ seed: 'any day', now: () => held.dated?.real() ?? 0 });
    held.dated = new DatedSandbox(sandbox);
    return held.dated;
  }

  real(): number {
    return this.#at + (performance.now() - this.#since) * FASTER;
  }

  async moveTo(at: number): Promise<void> {
    this.#at = at;
    this.#since = performance.now();
    const answer = await fetch(`${this.sandbox.url}/_sandbox/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ now: at }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.text();
  }

  async truth(provider: string, account: string): Promise<Truth> {
    const path = `${provider}/${encodeURIComponent(account)}`;
    const answer = await fetch(`${this.sandbox.url}/_sandbox/truth/${path}`);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Truth;
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }
}
