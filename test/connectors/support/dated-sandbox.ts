import { type Sandbox, startSandbox } from '../../../sandbox/start.js';
import type { Truth } from '../whole/truth.js';

/**
 * Each look at the clock finds it so much later: nobody waits for a limit to end, and however busy the
 * machine is, a token lasts for thousands of looks.
 */
const STEP_MS = 200;

/** A sandbox that stands at whatever instant it is told to. */
export class DatedSandbox {
  #real = 0;

  private constructor(readonly sandbox: Sandbox) {}

  static async start(): Promise<DatedSandbox> {
    const held: { dated: DatedSandbox | null } = { dated: null };
    const sandbox = await startSandbox({ seed: 'any day', now: () => held.dated?.real() ?? 0 });
    held.dated = new DatedSandbox(sandbox);
    return held.dated;
  }

  real(): number {
    this.#real += STEP_MS;
    return this.#real;
  }

  async moveTo(at: number): Promise<void> {
    this.#real = at;
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
