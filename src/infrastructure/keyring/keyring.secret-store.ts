import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTenantId } from '../../kernel/ids.js';
import { SecretStore } from '../../kernel/secret-store.js';
import type { SecretPath, SecretValue } from '../../kernel/secret-store.js';
import {
  makeFolderDurably,
  removeLeftovers,
  replaceDurably,
  syncFolder,
  temporaryFor,
} from './durable-file.js';
import { confirmKeyFits } from './key-check.js';
import { KeyringError, errno } from './keyring.errors.js';
import type { MasterKey } from './master-key.js';
import { decodeSecret, encodeSecret } from './secret-file.js';
import {
  SECRETS_FOLDER,
  isSecretName,
  namesIn,
  requireSecretPath,
  requireTenantId,
} from './store-layout.js';

/**
 * Secrets as AES-256-GCM files under a master key: one folder a tenant (0700), one file a secret
 * (0600), so that destroying is unlinking. Several processes may share the folder.
 *
 * Beside the codes named on each method, all throw `secret_store_unavailable` when the disk refuses.
 */
export class KeyringSecretStore extends SecretStore {
  readonly #root: string;

  private constructor(
    private readonly dir: string,
    private readonly key: MasterKey,
  ) {
    super();
    this.#root = join(dir, SECRETS_FOLDER);
  }

  /** Makes the folders where missing and removes what writes cut off by a crash have left behind. */
  static async open(options: { dir: string; masterKey: MasterKey }): Promise<KeyringSecretStore> {
    const store = new KeyringSecretStore(options.dir, options.masterKey);
    await onDisk('open', async () => {
      await makeFolderDurably(store.#root);
      await removeLeftovers(options.dir);
      for (const tenantId of (await namesIn(store.#root)).filter(isTenantId)) {
        await removeLeftovers(join(store.#root, tenantId));
      }
    });
    return store;
  }

  /** Costs two fsyncs, three at the tenant's first secret. The last of concurrent writers wins, whole. */
  async put(path: SecretPath, value: SecretValue): Promise<void> {
    requireSecretPath(path);
    const content = encodeSecret(this.key, path, value);
    await onDisk('put', async () => {
      try {
        await replaceDurably(this.#file(path), content);
      } catch (error) {
        if (errno(error) !== 'ENOENT') throw error;
        await mkdir(this.#folder(path.tenantId), { recursive: true, mode: 0o700 });
        await Promise.all([replaceDurably(this.#file(path), content), syncFolder(this.#root)]);
      }
    });
  }

  async get(path: SecretPath): Promise<SecretValue | null> {
    requireSecretPath(path);
    const content = await onDisk('get', async () => {
      try {
        return await readFile(this.#file(path));
      } catch (error) {
        if (errno(error) === 'ENOENT') return null;
        throw error;
      }
    });
    return content === null ? null : decodeSecret(this.key, path, content);
  }

  async list(tenantId: string): Promise<string[]> {
    requireTenantId(tenantId);
    const names = await onDisk('list', () => namesIn(this.#folder(tenantId)));
    return names.filter(isSecretName).sort();
  }

  /** Reads one folder a tenant: about 0.1 ms each. */
  async listTenants(): Promise<string[]> {
    const found: string[] = [];
    for (const name of await onDisk('list', () => namesIn(this.#root))) {
      if (isTenantId(name) && (await this.list(name)).length > 0) found.push(name);
    }
    return found.sort();
  }

  /** Also removes half-written versions of the same secret, so that no copy is left. */
  async destroy(path: SecretPath): Promise<void> {
    requireSecretPath(path);
    const folder = this.#folder(path.tenantId);
    await onDisk('destroy', async () => {
      const names = await namesIn(folder);
      if (names.length === 0) return;
      for (const name of names) {
        if (name === path.name || temporaryFor(name) === path.name) {
          await rm(join(folder, name), { force: true });
        }
      }
      await syncFolder(folder);
    });
  }

  async destroyTenant(tenantId: string): Promise<void> {
    requireTenantId(tenantId);
    await onDisk('destroy', async () => {
      // The retries are for a put that is still writing into the folder.
      await rm(this.#folder(tenantId), { recursive: true, force: true, maxRetries: 3 });
      // Also when it was gone already: the removal may be of a process that died before this line.
      await syncFolder(this.#root);
    });
  }

  /** Proves that the folder can be written and that the key is the one of this store. */
  async check(): Promise<void> {
    await onDisk('check', async () => {
      await confirmKeyFits(this.dir, this.key);
      const probe = join(this.#root, '.probe');
      // No fsync: readiness probes come every few seconds, and refusals show at the write.
      await writeFile(probe, 'numoon', { mode: 0o600 });
      await rm(probe, { force: true });
    });
  }

  #folder(tenantId: string): string {
    return join(this.#root, tenantId);
  }

  #file(path: SecretPath): string {
    return join(this.#root, path.tenantId, path.name);
  }
}

async function onDisk<T>(act: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KeyringError || errno(error) === undefined) throw error;
    throw new KeyringError(
      'secret_store_unavailable',
      `The keyring could not ${act}: the disk answered ${errno(error)}`,
      { fields: { act, reason: errno(error) }, cause: error },
    );
  }
}
