import type { VaultBody } from '../vault-call.js';
import type { VaultClient } from '../vault-client.js';
import { dataOf } from '../vault-fields.js';
import { VaultError } from '../vault.errors.js';
import { VaultSetupError } from './setup.errors.js';

const READ = 'setup.read';
const WRITE = 'setup.write';

/** Reads and writes what an operator may. A denial is about the operator's token, and says so. */
export class SetupAccess {
  constructor(private readonly client: VaultClient) {}

  /** The `data` at the path; null where nothing is there. @throws VaultSetupError `vault_setup_denied` */
  async read(path: string): Promise<Record<string, unknown> | null> {
    const body = await this.#allowed(path, READ, () =>
      this.client.request({ operation: READ, method: 'GET', path }),
    );
    return body === null ? null : dataOf(body, READ);
  }

  /** Sets what is there, or makes it. @throws VaultSetupError `vault_setup_denied` */
  async write(path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#post(path, body, true);
  }

  /** Makes one more each time, or fails the second time: so it is never sent twice. Throws as `write`. */
  async make(path: string, body: Readonly<Record<string, unknown>>): Promise<VaultBody | null> {
    return this.#post(path, body, false);
  }

  #post(path: string, body: Readonly<Record<string, unknown>>, repeatable: boolean) {
    return this.#allowed(path, WRITE, () =>
      this.client.request({ operation: WRITE, method: 'POST', path, body, repeatable }),
    );
  }

  async #allowed<T>(path: string, operation: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      // A login that was refused is no matter of rights.
      if (!(error instanceof VaultError) || error.code !== 'vault_denied') throw error;
      if (error.fields.operation !== operation) throw error;
      throw new VaultSetupError('vault_setup_denied', { operation, path });
    }
  }
}
