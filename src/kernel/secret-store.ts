/**
 * Where secrets live, apart from every database. The port keeps to what Vault's KV v2 can do:
 * a path holds one small object of strings; paths of one tenant share a folder that can be listed
 * and destroyed as a whole, every version of it. Holds what is secret and small: the installation's
 * root key, OAuth tokens.
 *
 * A path that is not of the form below is refused with `secret_path_invalid`.
 *
 * Adapters: `src/infrastructure/keyring/` (files under a master key) and `src/infrastructure/vault/`.
 */
export abstract class SecretStore {
  /** Replaces the object at the path; when it resolves the new one is durable. */
  abstract put(path: SecretPath, value: SecretValue): Promise<void>;
  /** Writes the object unless there is one already; true for exactly one of several writers. */
  abstract create(path: SecretPath, value: SecretValue): Promise<boolean>;
  /** The object, or null where there is none. Throws `secret_unreadable` where it exists but cannot be opened. */
  abstract get(path: SecretPath): Promise<SecretValue | null>;
  /** Names directly under the tenant, sorted; empty where there are none. */
  abstract list(tenantId: string): Promise<string[]>;
  /** Tenant ids that have any secret, without CENTRAL: what the reconciler compares with the catalog. */
  abstract listTenants(): Promise<string[]>;
  /** Removes one object with all its versions. Removing what is not there succeeds. */
  abstract destroy(path: SecretPath): Promise<void>;
  /** Removes everything of one tenant. Safe to repeat. CENTRAL is refused. */
  abstract destroyTenant(tenantId: string): Promise<void>;
  /** Resolves when the store can serve; throws an `AppError` that says why it cannot. */
  abstract check(): Promise<void>;
}

/** Secrets of the installation itself, beside the tenants'. `destroyTenant` never touches them. */
export const CENTRAL = 'central';

/** `tenantId` may be `CENTRAL`. `name` is one path segment: letters, digits, `-` and `_`. */
export interface SecretPath {
  tenantId: string;
  name: string;
}

export type SecretValue = Readonly<Record<string, string>>;
