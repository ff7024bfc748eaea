import { isTenantId } from '../../kernel/ids.js';
import { SecretStore } from '../../kernel/secret-store.js';
import type { SecretPath, SecretValue } from '../../kernel/secret-store.js';
import { requireEngine } from './require-engine.js';
import type { VaultBody } from './vault-call.js';
import type { VaultClient } from './vault-client.js';
import { dataOf, isRecord, keysOf } from './vault-fields.js';
import { folderOf, pathOf, requireTenantId } from './vault-paths.js';
import { VaultError } from './vault.errors.js';
import { VersionBound } from './version-bound.js';

/** A tenant has a handful; only a writer that does not stop keeps its folder from becoming empty. */
const SWEEPS = 5;

/**
 * Secrets in Vault's KV engine, version 2, at `tenants/<tenant id>/<name>` and `central/<name>`.
 *
 * Beside the codes named on each method, all throw `vault_*` when Vault cannot serve, and
 * `secret_path_invalid`.
 */
export class VaultSecretStore extends SecretStore {
  readonly #bound: VersionBound;

  /** @param mount where the engine is mounted */
  constructor(
    private readonly client: VaultClient,
    private readonly mount: string,
  ) {
    super();
    this.#bound = new VersionBound(client, mount);
  }

  /** One call where the engine keeps a single version, two elsewhere; see `version-bound.ts`. */
  async put(path: SecretPath, value: SecretValue): Promise<void> {
    const at = pathOf(path);
    await this.#bound.beforePut(at);
    const body = { data: { ...value } };
    await this.#call('kv.put', 'POST', `data/${at}`, { body });
  }

  /** Check-and-set with version 0, so Vault picks the one that wins. */
  async create(path: SecretPath, value: SecretValue): Promise<boolean> {
    const at = pathOf(path);
    try {
      await this.#call('kv.create', 'POST', `data/${at}`, {
        body: { options: { cas: 0 }, data: { ...value } },
        // Sent again after it was done, it would tell the one who won that it lost.
        repeatable: false,
        refusals: [[/check-and-set parameter did not match/, 'exists']],
      });
      return true;
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      if (error.fields.reason === 'exists') return false;
      // To a policy that grants only `create`, a write over what is there is an update, and denied.
      if (error.code === 'vault_denied' && (await this.get(path)) !== null) return false;
      throw error;
    }
  }

  /**
   * @throws VaultError `secret_unreadable` for what was not written by this program, and for what was
   *   deleted by hand and can be restored: taking that for absent could let a new key replace it
   */
  async get(path: SecretPath): Promise<SecretValue | null> {
    const operation = 'kv.get';
    const body = await this.#call(operation, 'GET', `data/${pathOf(path)}`);
    if (body === null) return null;
    const { data } = dataOf(body, operation);
    if (data === null) throw unreadable(path, 'soft-deleted');
    if (!isRecord(data) || !Object.values(data).every((value) => typeof value === 'string')) {
      throw unreadable(path, 'not-ours');
    }
    return data as SecretValue;
  }

  async list(tenantId: string): Promise<string[]> {
    const names = await this.#names(folderOf(tenantId));
    return names.filter((name) => !name.endsWith('/')).sort();
  }

  async listTenants(): Promise<string[]> {
    const folders = (await this.#names('tenants')).filter((name) => name.endsWith('/'));
    return folders
      .map((name) => name.slice(0, -1))
      .filter(isTenantId)
      .sort();
  }

  /** Deletes the metadata, and with it every version; what is left is as if it had never been. */
  async destroy(path: SecretPath): Promise<void> {
    await this.#call('kv.destroy', 'DELETE', `metadata/${pathOf(path)}`);
  }

  /** @throws VaultError `vault_failing` when somebody keeps writing into the folder */
  async destroyTenant(tenantId: string): Promise<void> {
    requireTenantId(tenantId);
    const folder = folderOf(tenantId);
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      if (!(await this.#destroyIn(folder))) return;
    }
    throw new VaultError('vault_failing', { operation: 'kv.destroy', reason: 'still-written' });
  }

  async check(): Promise<void> {
    await this.client.check();
    await requireEngine(this.client, this.mount, 'kv-v2');
  }

  /** False where nothing was there. Folders below are not ours, and go all the same. */
  async #destroyIn(folder: string): Promise<boolean> {
    const names = await this.#names(folder);
    for (const name of names) {
      if (name.endsWith('/'))
        await this.#destroyIn(`${folder}/${encodeURIComponent(name.slice(0, -1))}`);
      else
        await this.#call('kv.destroy', 'DELETE', `metadata/${folder}/${encodeURIComponent(name)}`);
    }
    return names.length > 0;
  }

  async #names(folder: string): Promise<string[]> {
    const operation = 'kv.list';
    return keysOf(await this.#call(operation, 'LIST', `metadata/${folder}`), operation);
  }

  #call(
    operation: string,
    method: 'GET' | 'LIST' | 'POST' | 'DELETE',
    path: string,
    more: Partial<Parameters<VaultClient['request']>[0]> = {},
  ): Promise<VaultBody | null> {
    return this.client.request({ operation, method, path: `${this.mount}/${path}`, ...more });
  }
}

function unreadable({ tenantId, name }: SecretPath, reason: string): VaultError {
  return new VaultError('secret_unreadable', { tenantId, name, reason });
}
