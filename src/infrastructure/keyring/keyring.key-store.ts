import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyStore, KeyStoreError, type KeyVersions } from '../../kernel/key-store.js';
import { watched, type Called } from './called.js';
import { KeyVersionFiles } from './key-version-files.js';
import { KeyringError } from './keyring.errors.js';
import { KnownKeys } from './known-keys.js';
import type { MasterKey } from './master-key.js';
import { requireTenantId } from './store-layout.js';
import {
  WRAPPED_LIMIT_BYTES,
  broken,
  parseWrapped,
  unwrapUnder,
  wrapUnder,
} from './wrapped-key.js';

/** Each means that versions came or went between looking for one and reading it. */
const ATTEMPTS = 50;

/**
 * Tenants' keys as files under a master key, beside `KeyringSecretStore`: one folder a tenant, one
 * sealed file a version. Wrapped text is AES-256-GCM under the version's key, bound to tenant and
 * version. Several processes may share the folder, also while the master key is rotated.
 *
 * Beside the codes named in the port: `secret_path_invalid` for anything but a tenant id,
 * `secret_store_unavailable` when the disk refuses, and `master_key_wrong` from what writes.
 */
export class KeyringKeyStore extends KeyStore {
  readonly #keys: KnownKeys;
  readonly #versions: KeyVersionFiles;

  private constructor(
    options: { dir: string; masterKey: MasterKey },
    private readonly called: Called | undefined,
  ) {
    super();
    this.#keys = new KnownKeys(options.dir, options.masterKey);
    this.#versions = new KeyVersionFiles(this.#keys);
  }

  /** Makes the folders where missing and removes what writes cut off by a crash have left behind. */
  static async open(options: {
    dir: string;
    masterKey: MasterKey;
    called?: Called;
  }): Promise<KeyringKeyStore> {
    const store = new KeyringKeyStore(options, options.called);
    await watched(undefined, 'open', () => store.#versions.prepare());
    return store;
  }

  /** Costs three fsyncs; two where the key exists. */
  async create(tenantId: string): Promise<void> {
    await this.#watch('create', tenantId, () => this.#versions.begin(tenantId));
  }

  /** Reads one folder and no file. */
  async find(tenantId: string): Promise<KeyVersions | null> {
    return this.#watch('find', tenantId, () => this.#versions.find(tenantId));
  }

  /** Costs one fsync: a version must not be lost once something is wrapped under it. */
  async wrap(tenantId: string, plaintext: Buffer): Promise<string> {
    if (plaintext.length > WRAPPED_LIMIT_BYTES) {
      throw new RangeError(
        `A key store wraps ${WRAPPED_LIMIT_BYTES} bytes, not ${plaintext.length}`,
      );
    }
    return this.#watch('wrap', tenantId, () => this.#wrap(tenantId, plaintext));
  }

  /** Reads one file. */
  async unwrap(tenantId: string, wrapped: string): Promise<Buffer> {
    return this.#watch('unwrap', tenantId, () => this.#unwrap(tenantId, wrapped));
  }

  async rotate(tenantId: string): Promise<KeyVersions> {
    return this.#watch('rotate', tenantId, () =>
      untilDone(async () => {
        const { newest, oldest } = await this.#existing(tenantId);
        const added = await this.#versions.add(tenantId, newest);
        return added ? { newest: newest + 1, oldest } : null;
      }),
    );
  }

  async rewrap(tenantId: string, wrapped: string): Promise<string> {
    return this.#watch('rewrap', tenantId, async () => {
      const plaintext = await this.#unwrap(tenantId, wrapped);
      try {
        return await this.#wrap(tenantId, plaintext);
      } finally {
        plaintext.fill(0);
      }
    });
  }

  /** Does nothing for a tenant without a key. @throws RangeError when nothing would be left */
  async retire(tenantId: string, oldest: number): Promise<void> {
    await this.#watch('retire', tenantId, async () => {
      const versions = await this.#versions.find(tenantId);
      if (versions === null) return;
      if (!Number.isSafeInteger(oldest) || oldest > versions.newest) {
        throw new RangeError(`Version ${oldest} cannot become the oldest of ${versions.newest}`);
      }
      await this.#versions.removeBelow(tenantId, versions, oldest);
    });
  }

  /** Also removes what was half written. */
  async destroy(tenantId: string): Promise<void> {
    await this.#watch('destroy', tenantId, () => this.#versions.removeAll(tenantId));
  }

  /** Reads one folder a tenant: about 0.1 ms each. */
  async listTenants(): Promise<string[]> {
    return watched(this.called, 'key.list-tenants', () => this.#versions.tenants());
  }

  async check(): Promise<void> {
    await watched(this.called, 'key.check', async () => {
      await this.#keys.sealing();
      const probe = join(this.#versions.root, '.probe');
      await writeFile(probe, 'numoon', { mode: 0o600 });
      await rm(probe, { force: true });
    });
  }

  async #wrap(tenantId: string, plaintext: Buffer): Promise<string> {
    return untilDone(async () => {
      const { newest } = await this.#existing(tenantId);
      const key = await this.#versions.read(tenantId, newest);
      if (key === null) return null;
      try {
        await this.#versions.settle(tenantId);
        return wrapUnder(key, tenantId, newest, plaintext);
      } finally {
        key.fill(0);
      }
    });
  }

  async #unwrap(tenantId: string, text: string): Promise<Buffer> {
    const wrapped = parseWrapped(tenantId, text);
    return untilDone(async () => {
      const key = await this.#versions.read(tenantId, wrapped.version);
      if (key === null) return this.#explainAbsence(tenantId, wrapped.version);
      try {
        return unwrapUnder(key, tenantId, wrapped);
      } finally {
        key.fill(0);
      }
    });
  }

  /** Throws; null when the version has come into being meanwhile. */
  async #explainAbsence(tenantId: string, version: number): Promise<null> {
    const versions = await this.#versions.list(tenantId);
    const [oldest, newest] = [versions[0], versions.at(-1)];
    if (oldest === undefined || newest === undefined) {
      throw new KeyStoreError('key_missing', { tenantId });
    }
    if (version < oldest) throw new KeyStoreError('key_version_retired', { tenantId });
    if (version > newest) throw broken(tenantId, 'unknown-version');
    if (versions.includes(version)) return null;
    throw new KeyStoreError('key_unreadable', { tenantId, reason: 'version-missing' });
  }

  async #existing(tenantId: string): Promise<KeyVersions> {
    const versions = await this.#versions.find(tenantId);
    if (versions === null) throw new KeyStoreError('key_missing', { tenantId });
    return versions;
  }

  async #watch<T>(operation: string, tenantId: string, work: () => Promise<T>): Promise<T> {
    requireTenantId(tenantId);
    return watched(this.called, `key.${operation}`, work);
  }
}

async function untilDone<T>(act: () => Promise<T | null>): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const done = await act();
    if (done !== null) return done;
  }
  throw new KeyringError('secret_store_unavailable', 'The key changes faster than it can be read', {
    fields: { act: 'key', reason: 'contended' },
  });
}
