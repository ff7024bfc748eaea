import { AppError } from './app-error.js';

/**
 * Where tenants' own keys live: one named key a tenant, in versions, that never leaves the store. It
 * wraps the tenant's data keys (envelope encryption); destroying it makes everything that was ever
 * sealed under them unreadable, in every copy. The port keeps to what Vault's transit engine can do.
 *
 * An id that is no tenant's is refused with `secret_path_invalid`. Beside the codes named on each method, all throw an `AppError` that says why the store cannot serve
 * (`secret_store_unavailable`, `vault_*`). There is no fallback of any kind.
 */
export abstract class KeyStore {
  /** Makes the tenant's key. Safe to repeat: one that exists stays as it is. */
  abstract create(tenantId: string): Promise<void>;
  /** The versions of the tenant's key, or null where it has none. */
  abstract find(tenantId: string): Promise<KeyVersions | null>;
  /**
   * Wraps up to 1 KiB under the newest version; printable text, which names its version. Never makes
   * a key.
   *
   * @throws KeyStoreError `key_missing`
   */
  abstract wrap(tenantId: string, plaintext: Buffer): Promise<string>;
  /**
   * The caller owns the answer and zeroes it when done.
   *
   * @throws KeyStoreError `key_missing`; `key_version_retired`; `wrapped_key_broken` for text that was
   *   cut, changed or wrapped for another tenant; `key_unreadable` when the key itself was tampered with
   */
  abstract unwrap(tenantId: string, wrapped: string): Promise<Buffer>;
  /** Adds a version and makes it the newest. @throws KeyStoreError `key_missing` */
  abstract rotate(tenantId: string): Promise<KeyVersions>;
  /** The same content under the newest version. Throws as `unwrap` does. */
  abstract rewrap(tenantId: string, wrapped: string): Promise<string>;
  /**
   * Versions older than this one never open anything again, and are destroyed. Safe to repeat; a lower
   * number than before changes nothing, one above the newest is refused.
   */
  abstract retire(tenantId: string, oldest: number): Promise<void>;
  /** Destroys the key with all its versions. Safe to repeat. */
  abstract destroy(tenantId: string): Promise<void>;
  /** Tenants that have a key, sorted: what the reconciler compares with the catalog. */
  abstract listTenants(): Promise<string[]>;
  /** Resolves when the store can serve. */
  abstract check(): Promise<void>;
}

export interface KeyVersions {
  /** Wraps; 1 for a new key. */
  newest: number;
  /** The oldest that still unwraps. */
  oldest: number;
}

export type KeyStoreErrorCode =
  'key_missing' | 'key_version_retired' | 'wrapped_key_broken' | 'key_unreadable';

/** `fields.tenantId` always; `fields.reason` where there are several. */
export class KeyStoreError extends AppError {
  declare readonly code: KeyStoreErrorCode;

  constructor(
    code: KeyStoreErrorCode,
    fields: { tenantId: string; reason?: string },
    cause?: unknown,
  ) {
    super(code, MESSAGES[code], { fields, cause });
  }
}

const MESSAGES: Record<KeyStoreErrorCode, string> = {
  key_missing: 'The account has no key: it was destroyed, or never made.',
  key_version_retired: 'This was wrapped under a version of the key that has been retired.',
  wrapped_key_broken: 'A wrapped key could not be opened: it was changed, cut or moved.',
  key_unreadable: 'The key of the account was changed or damaged and cannot be used.',
};
