import { randomBytes } from 'node:crypto';
import { hasCode, type AppError } from '../../kernel/app-error.js';
import { KeyStoreError, type KeyVersions } from '../../kernel/key-store.js';
import { syncFolder, syncIfThere } from './durable-file.js';
import type { KnownKeys } from './known-keys.js';
import { SealedFiles } from './sealed-files.js';
import { KEY_FILES, namesIn, ownersIn } from './store-layout.js';

const VERSION_BYTES = 32;
const VERSION_FILE = /^v([1-9][0-9]{0,8})$/;

/**
 * The versions of tenants' keys: one file each, written once and never changed. To rotate is to
 * create the next file, so of processes that rotate at once each adds a version or takes the next
 * number, and none can overwrite what another has just added; to retire is to unlink.
 */
export class KeyVersionFiles {
  readonly #files: SealedFiles;

  constructor(keys: KnownKeys) {
    this.#files = new SealedFiles(keys, KEY_FILES);
  }

  get root(): string {
    return this.#files.root;
  }

  prepare(): Promise<void> {
    return this.#files.prepare();
  }

  /** Reads one folder, no file. */
  async find(tenantId: string): Promise<KeyVersions | null> {
    const versions = await this.list(tenantId);
    const [oldest, newest] = [versions[0], versions.at(-1)];
    return oldest === undefined || newest === undefined ? null : { newest, oldest };
  }

  /** Oldest first. */
  async list(tenantId: string): Promise<number[]> {
    const versions: number[] = [];
    for (const name of await namesIn(this.#files.folder(tenantId))) {
      const version = VERSION_FILE.exec(name)?.[1];
      if (version !== undefined) versions.push(Number(version));
    }
    return versions.sort((a, b) => a - b);
  }

  /** Makes version 1 where the tenant has none, and whatever is there durable: callers build on it. */
  async begin(tenantId: string): Promise<void> {
    const found = await this.find(tenantId);
    if (found === null && (await this.#add(tenantId, null))) return;
    await Promise.all([this.settle(tenantId), syncFolder(this.root)]);
  }

  /** Adds a version after `newest`. False when that is not the newest any more, or the key is gone. */
  add(tenantId: string, newest: number): Promise<boolean> {
    return this.#add(tenantId, newest);
  }

  /** 32 bytes that the caller zeroes, or null without such a version. @throws KeyStoreError `key_unreadable` */
  async read(tenantId: string, version: number): Promise<Buffer | null> {
    let key: Buffer | null;
    try {
      key = await this.#files.read({ tenantId, name: `v${version}` });
    } catch (error) {
      if (!hasCode(error, 'seal_broken')) throw error;
      const reason = String((error as AppError).fields['reason']);
      throw new KeyStoreError('key_unreadable', { tenantId, reason }, error);
    }
    if (key !== null && key.length !== VERSION_BYTES) {
      throw new KeyStoreError('key_unreadable', { tenantId, reason: 'wrong-length' });
    }
    return key;
  }

  /** Oldest first, so that what a crash leaves is a key with fewer versions and no hole. */
  async removeBelow(tenantId: string, versions: KeyVersions, oldest: number): Promise<void> {
    for (let version = versions.oldest; version < oldest; version++) {
      await this.#files.remove({ tenantId, name: `v${version}` });
    }
  }

  /** Makes durable what another process may have created an instant ago. */
  settle(tenantId: string): Promise<void> {
    return syncIfThere(this.#files.folder(tenantId));
  }

  removeAll(tenantId: string): Promise<void> {
    return this.#files.removeFolder(tenantId);
  }

  async tenants(): Promise<string[]> {
    const found: string[] = [];
    for (const owner of await ownersIn(this.root)) {
      if ((await this.find(owner)) !== null) found.push(owner);
    }
    return found.sort();
  }

  /** Looks again before the file appears: the key may have ended and begun anew since `after` was seen. */
  async #add(tenantId: string, after: number | null): Promise<boolean> {
    const fresh = randomBytes(VERSION_BYTES);
    const name = `v${(after ?? 0) + 1}`;
    try {
      return await this.#files.create({ tenantId, name }, fresh, after === null, async () => {
        const now = await this.find(tenantId);
        return (now?.newest ?? null) === after;
      });
    } finally {
      fresh.fill(0);
    }
  }
}
