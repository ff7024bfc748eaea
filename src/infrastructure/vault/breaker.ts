import { VaultError } from './vault.errors.js';
import type { VaultErrorCode } from './vault.errors.js';

/** Vault as a whole is out. The others concern one request, or its sender. */
const OUTAGES: ReadonlySet<VaultErrorCode> = new Set<VaultErrorCode>([
  'vault_sealed',
  'vault_uninitialized',
  'vault_standby',
  'vault_unreachable',
  'vault_slow',
  'vault_tls_untrusted',
]);

/** An error 500 may come from one damaged entry, so one alone does not speak for all of Vault. */
const FAILURES_TO_OPEN = 5;

/**
 * While Vault is out, calls fail at once, with the code of the failure that was seen, in place of each
 * waiting for a timeout of its own. After a second one call goes ahead to try; when it gets through,
 * all do. So an outage costs its callers nothing, and its end is noticed within about three seconds.
 */
export class Breaker {
  #outage: VaultError | null = null;
  #closedAgainAt = 0;
  #trying = false;
  #failures = 0;

  constructor(private readonly pauseMs: number) {}

  /** @throws VaultError what keeps Vault from answering */
  refuseWhileOut(operation: string): void {
    if (this.#outage === null) return;
    if (!this.#trying && performance.now() >= this.#closedAgainAt) return;
    const { code, fields } = this.#outage;
    throw new VaultError(code, { ...fields, operation });
  }

  /** `alone`: this call is the one that tries, and should do so once and not more. */
  async run<T>(operation: string, work: (alone: boolean) => Promise<T>): Promise<T> {
    this.refuseWhileOut(operation);
    const alone = this.#outage !== null;
    if (alone) this.#trying = true;
    try {
      const result = await work(alone);
      this.#noteAnswer();
      return result;
    } catch (error) {
      if (error instanceof VaultError) this.#noteError(error);
      throw error;
    } finally {
      if (alone) this.#trying = false;
    }
  }

  #noteAnswer(): void {
    this.#outage = null;
    this.#failures = 0;
  }

  #noteError(error: VaultError): void {
    if (error.code === 'vault_failing') this.#failures += 1;
    else if (!OUTAGES.has(error.code)) return this.#noteAnswer();
    if (error.code === 'vault_failing' && this.#failures < FAILURES_TO_OPEN) return;
    this.#outage = error;
    this.#closedAgainAt = performance.now() + this.pauseMs;
  }
}
