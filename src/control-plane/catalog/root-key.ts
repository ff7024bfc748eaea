import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { AppError, hasCode } from '../../kernel/app-error.js';
import { CENTRAL, type SecretStore, type SecretValue } from '../../kernel/secret-store.js';
import type { CatalogDatabase } from './catalog-database.js';

const ROOT_SECRET = { tenantId: CENTRAL, name: 'root' } as const;

/** Separates our sub-keys from any other use of the same bytes. */
const SALT = 'numoon/root/1';

export type RootKeyErrorCode =
  /** The catalog belongs to a root key that the secret store does not have. */
  | 'root_key_missing'
  /** The secret store's root key is another than the catalog's. */
  | 'root_key_wrong'
  /** The secret store belongs to another installation. */
  | 'secret_store_taken';

export class RootKeyError extends AppError {
  declare readonly code: RootKeyErrorCode;

  constructor(code: RootKeyErrorCode, cause?: unknown) {
    super(code, MESSAGES[code], { cause });
  }
}

const MESSAGES: Record<RootKeyErrorCode, string> = {
  root_key_missing:
    'The catalog belongs to a root key that the secret store does not have. Put back the key store (the keyring folder with its master key, or the mounts of Vault) that this catalog was used with',
  root_key_wrong:
    'The root key in the secret store is not the one this catalog was used with. Point to the right key store, or restore catalog and key store of one moment',
  secret_store_taken:
    'The secret store belongs to another NuMoon. Give this one a data folder, or mounts in Vault, of its own',
};

/**
 * The installation's own key: what the catalog's hashes, links and login passwords hang on. Random,
 * kept in the secret store only, and never changed; it gives sub-keys and never itself.
 */
export class RootKey {
  readonly #bytes: Buffer;
  /** Names the key without saying anything of it. */
  readonly id: string;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.id = createHash('sha256').update(this.derive('root key id')).digest('hex').slice(0, 16);
  }

  /** The 32-byte sub-key of a label (HKDF-SHA256): same label, same key; nothing leads back. */
  derive(label: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#bytes, SALT, label, 32));
  }

  toString(): string {
    return '[root key]';
  }

  toJSON(): string {
    return '[root key]';
  }

  [inspect.custom](): string {
    return '[root key]';
  }
}

/** Whether this catalog has been used with a root key: then no key store may start from nothing. */
export async function hasRootKey(catalog: CatalogDatabase): Promise<boolean> {
  const [row] = await catalog.query<{ root_key_id: string | null }>(
    'SELECT root_key_id FROM installation',
  );
  return row?.root_key_id != null;
}

/**
 * Loads the root key; makes it for a new catalog with a new secret store, and for nothing else. The
 * secret says which installation it is of, so that a crash between the two writes is no riddle.
 * Processes that start together agree on one.
 *
 * @throws RootKeyError; the secret store's errors
 */
export async function loadRootKey(
  catalog: CatalogDatabase,
  secrets: SecretStore,
): Promise<RootKey> {
  return catalog.transaction(async (tx) => {
    const [row] = await tx.query<{ id: string; root_key_id: string | null }>(
      'SELECT id, root_key_id FROM installation FOR UPDATE',
    );
    if (row === undefined) throw new Error('The catalog has no installation row.');
    let secret = await readRootSecret(secrets);
    if (secret === null) {
      if (row.root_key_id !== null) throw new RootKeyError('root_key_missing');
      await secrets.create(ROOT_SECRET, {
        key: randomBytes(32).toString('base64'),
        installation: row.id,
      });
      secret = await readRootSecret(secrets);
    }
    if (secret?.key === undefined || secret.installation !== row.id) {
      throw new RootKeyError(row.root_key_id === null ? 'secret_store_taken' : 'root_key_wrong');
    }
    const root = new RootKey(Buffer.from(secret.key, 'base64'));
    if (row.root_key_id === null) {
      await tx.query('UPDATE installation SET root_key_id = $1', [root.id]);
    } else if (row.root_key_id !== root.id) throw new RootKeyError('root_key_wrong');
    return root;
  });
}

/**
 * Whether the secret store is still the one this catalog belongs to. Before anything is concluded from
 * what a store does not have: an unmounted folder, or a Vault set up anew, has nothing of anybody.
 *
 * @throws RootKeyError `root_key_missing`, `root_key_wrong`; the secret store's errors
 */
export async function requireOwnStore(
  catalog: CatalogDatabase,
  secrets: SecretStore,
): Promise<void> {
  const secret = await readRootSecret(secrets);
  if (secret === null) throw new RootKeyError('root_key_missing');
  const [row] = await catalog.query<{ id: string }>('SELECT id FROM installation');
  if (secret.installation !== row?.id) throw new RootKeyError('root_key_wrong');
}

/** One that was changed or cut is as good as another installation's: the same has to be put right. */
async function readRootSecret(secrets: SecretStore): Promise<SecretValue | null> {
  try {
    return await secrets.get(ROOT_SECRET);
  } catch (error) {
    throw hasCode(error, 'secret_unreadable') ? new RootKeyError('root_key_wrong', error) : error;
  }
}
