import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, hasCode } from '../../kernel/app-error.js';
import { CENTRAL, SecretStore } from '../../kernel/secret-store.js';
import type { SecretPath, SecretValue } from '../../kernel/secret-store.js';
import { KeyringError } from './keyring.errors.js';
import { KnownKeys } from './known-keys.js';
import type { MasterKey } from './master-key.js';
import { watched, type Called } from './called.js';
import { SealedFiles } from './sealed-files.js';
import {
  SECRET_FILES,
  isSecretName,
  namesIn,
  ownersIn,
  requireOwner,
  requireSecretPath,
  requireTenantId,
} from './store-layout.js';

/**
 * Secrets as AES-256-GCM files under a master key: one folder a tenant (0700), one file a secret
 * (0600), so that destroying is unlinking. Several processes may share the folder, also while the
 * master key is rotated.
 *
 * Beside the codes named on each method, all throw `secret_store_unavailable` when the disk refuses,
 * and those that write throw `master_key_wrong` when the store was written with another key.
 */
export class KeyringSecretStore extends SecretStore {
  readonly #keys: KnownKeys;
  readonly #files: SealedFiles;

  private constructor(
    options: { dir: string; masterKey: MasterKey },
    private readonly called: Called | undefined,
  ) {
    super();
    this.#keys = new KnownKeys(options.dir, options.masterKey);
    this.#files = new SealedFiles(this.#keys, SECRET_FILES);
  }

  /** Makes the folders where missing and removes what writes cut off by a crash have left behind. */
  static async open(options: {
    dir: string;
    masterKey: MasterKey;
    called?: Called;
  }): Promise<KeyringSecretStore> {
    const store = new KeyringSecretStore(options, options.called);
    await watched(undefined, 'open', () => store.#files.prepare());
    return store;
  }

  /** Costs two fsyncs, three at the tenant's first secret. The last of concurrent writers wins, whole. */
  async put(path: SecretPath, value: SecretValue): Promise<void> {
    requireSecretPath(path);
    await this.#sealing('secret.put', value, (plaintext) => this.#files.replace(path, plaintext));
  }

  async create(path: SecretPath, value: SecretValue): Promise<boolean> {
    requireSecretPath(path);
    return this.#sealing('secret.create', value, (plaintext) =>
      this.#files.create(path, plaintext, true),
    );
  }

  async get(path: SecretPath): Promise<SecretValue | null> {
    requireSecretPath(path);
    return watched(this.called, 'secret.get', async () => {
      const plaintext = await this.#files.read(path).catch((error: unknown) => {
        throw hasCode(error, 'seal_broken') ? unreadable(path, error as AppError) : error;
      });
      if (plaintext === null) return null;
      try {
        return JSON.parse(plaintext.toString('utf8')) as SecretValue;
      } finally {
        plaintext.fill(0);
      }
    });
  }

  async list(tenantId: string): Promise<string[]> {
    requireOwner(tenantId);
    return watched(this.called, 'secret.list', () => this.#names(tenantId));
  }

  /** Reads one folder a tenant: about 0.1 ms each. */
  async listTenants(): Promise<string[]> {
    return watched(this.called, 'secret.list-tenants', async () => {
      const found: string[] = [];
      for (const owner of await ownersIn(this.#files.root)) {
        if (owner !== CENTRAL && (await this.#names(owner)).length > 0) found.push(owner);
      }
      return found.sort();
    });
  }

  /** Also removes half-written versions of the same secret, so that no copy is left. */
  async destroy(path: SecretPath): Promise<void> {
    requireSecretPath(path);
    await watched(this.called, 'secret.destroy', () => this.#files.remove(path));
  }

  /** @throws KeyringError `secret_path_invalid` for CENTRAL, as for anything but a tenant */
  async destroyTenant(tenantId: string): Promise<void> {
    requireTenantId(tenantId);
    await watched(this.called, 'secret.destroy-tenant', () => this.#files.removeFolder(tenantId));
  }

  /** Proves that the folder can be written and that the key is the one of this store. */
  async check(): Promise<void> {
    await watched(this.called, 'secret.check', async () => {
      await this.#keys.sealing();
      const probe = join(this.#files.root, '.probe');
      // No fsync: readiness probes come every few seconds, and refusals show at the write.
      await writeFile(probe, 'numoon', { mode: 0o600 });
      await rm(probe, { force: true });
    });
  }

  async #names(owner: string): Promise<string[]> {
    return (await namesIn(this.#files.folder(owner))).filter(isSecretName).sort();
  }

  async #sealing<T>(
    operation: string,
    value: SecretValue,
    write: (plaintext: Buffer) => Promise<T>,
  ): Promise<T> {
    const plaintext = Buffer.from(JSON.stringify(value), 'utf8');
    try {
      return await watched(this.called, operation, () => write(plaintext));
    } finally {
      plaintext.fill(0);
    }
  }
}

function unreadable(path: SecretPath, cause: AppError): KeyringError {
  const { reason } = cause.fields;
  return new KeyringError(
    'secret_unreadable',
    `The secret ${path.name} of ${path.tenantId} cannot be opened (${String(reason)})`,
    { fields: { tenantId: path.tenantId, name: path.name, reason }, cause },
  );
}
