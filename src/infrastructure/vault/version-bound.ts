import { hasCode } from '../../kernel/app-error.js';
import type { VaultClient } from './vault-client.js';
import { dataOf } from './vault-fields.js';
import { VaultError } from './vault.errors.js';

const REMEMBER_MS = 10 * 60_000;

/**
 * Keeps Vault from keeping what was replaced: by default KV holds ten versions of a secret, and an old
 * refresh token among them may still be good. With `max_versions=1` on the engine, which
 * `numoon vault setup` sets, a write removes the version before it, and this costs one read in ten
 * minutes. On an engine without a bound each secret gets one of its own before it is written: a second
 * call. A larger bound on the engine cannot be undercut for one secret (Vault takes the larger of the
 * two), so it is refused.
 */
export class VersionBound {
  #engine: { bound: number; until: number } | null = null;

  constructor(
    private readonly client: VaultClient,
    private readonly mount: string,
  ) {}

  /** @throws VaultError `vault_refused` where the engine insists on keeping versions */
  async beforePut(path: string): Promise<void> {
    const bound = await this.#boundOfEngine();
    if (bound === 1) return;
    if (bound > 1) {
      this.#engine = null;
      throw new VaultError(
        'vault_refused',
        { operation: 'kv.config', reason: 'keeps-versions', mount: this.mount },
        'The secrets engine keeps old versions of secrets: set its max_versions to 1 (numoon vault setup does).',
      );
    }
    await this.client.request({
      operation: 'kv.bound',
      method: 'POST',
      path: `${this.mount}/metadata/${path}`,
      body: { max_versions: 1 },
    });
  }

  async #boundOfEngine(): Promise<number> {
    if (this.#engine !== null && performance.now() < this.#engine.until) return this.#engine.bound;
    const bound = await this.#readBound();
    this.#engine = { bound, until: performance.now() + REMEMBER_MS };
    return bound;
  }

  async #readBound(): Promise<number> {
    const operation = 'kv.config';
    try {
      const path = `${this.mount}/config`;
      const body = await this.client.request({ operation, method: 'GET', path });
      const bound = dataOf(body, operation)['max_versions'];
      return typeof bound === 'number' ? bound : 0;
    } catch (error) {
      // Without the right to look, the bound on the secret itself is the best we can do.
      if (hasCode(error, 'vault_denied')) return 0;
      throw error;
    }
  }
}
