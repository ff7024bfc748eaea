import { hasCode } from '../../kernel/app-error.js';
import { isTenantId } from '../../kernel/ids.js';
import { KeyStore, KeyStoreError } from '../../kernel/key-store.js';
import type { KeyVersions } from '../../kernel/key-store.js';
import { requireEngine } from './require-engine.js';
import { retireBelow } from './retire-versions.js';
import { TransitEngine } from './transit-engine.js';
import { versionsOf } from './transit-key.js';
import { reasonOf } from './transit-refusals.js';
import { Turns } from './turns.js';
import type { VaultClient } from './vault-client.js';
import { requireTenantId } from './vault-paths.js';
import { VaultError } from './vault.errors.js';
import { isWrappedText } from './wrapped-text.js';

/** How often a destruction is begun anew when another process makes the key again meanwhile. */
const ROUNDS = 8;

/**
 * Tenants' keys in Vault's transit engine: AES-256-GCM, named for the tenant, never exportable.
 *
 * The tenant's id is not bound as associated data. Each tenant's text is under a random key of its own,
 * so text of another tenant fails without it; and Vault cannot rewrap text with associated data, so
 * that each rotation would carry every data key through this program, readable. As it is, `rewrap`
 * needs no right to decrypt.
 *
 * Beside the codes named in the port, all throw `vault_*` when Vault cannot serve, and
 * `secret_path_invalid` for anything but a tenant id.
 */
export class VaultKeyStore extends KeyStore {
  readonly #engine: TransitEngine;
  /** Changes of one key take turns: at the same moment they would make each other fail in Vault. */
  readonly #turns = new Turns();

  /** @param mount where the engine is mounted */
  constructor(
    private readonly client: VaultClient,
    private readonly mount: string,
  ) {
    super();
    this.#engine = new TransitEngine(client, mount);
  }

  /** @throws KeyStoreError `key_unreadable` when the key that is there already could leave Vault */
  async create(tenantId: string): Promise<void> {
    const body = { type: 'aes256-gcm96', exportable: false, allow_plaintext_backup: false };
    const call = { operation: 'transit.create', method: 'POST', area: 'keys', body } as const;
    await this.#turns.run(tenantId, () => this.#engine.keyAfter(tenantId, call));
  }

  async find(tenantId: string): Promise<KeyVersions | null> {
    const key = await this.#engine.find(tenantId);
    return key === null ? null : versionsOf(key);
  }

  /**
   * One call. To encrypt under a name that has no key makes one, of the `type` that the call names; this
   * one names a type that does not exist, so Vault refuses instead, in the same step in which it would
   * make the key. Where the key exists the type is not looked at. A policy that grants `update` but not
   * `create` stops it as well, and so does `disable_upsert` on the engine; this holds also without them.
   */
  async wrap(tenantId: string, plaintext: Buffer): Promise<string> {
    const body = { plaintext: plaintext.toString('base64'), type: 'none' };
    const call = { operation: 'transit.wrap', method: 'POST', area: 'encrypt', body } as const;
    try {
      return await this.#engine.textOf(tenantId, call, 'ciphertext');
    } catch (error) {
      // To a role that may not create, Vault denies what would need a new key: is there none?
      if (hasCode(error, 'vault_denied') && (await this.#isMissing(tenantId))) {
        throw new KeyStoreError('key_missing', { tenantId });
      }
      throw error;
    }
  }

  async unwrap(tenantId: string, wrapped: string): Promise<Buffer> {
    const body = bodyFor(tenantId, wrapped);
    const call = { operation: 'transit.unwrap', method: 'POST', area: 'decrypt', body } as const;
    return Buffer.from(await this.#engine.textOf(tenantId, call, 'plaintext'), 'base64');
  }

  async rewrap(tenantId: string, wrapped: string): Promise<string> {
    const body = bodyFor(tenantId, wrapped);
    const call = { operation: 'transit.rewrap', method: 'POST', area: 'rewrap', body } as const;
    return this.#engine.textOf(tenantId, call, 'ciphertext');
  }

  /** Not sent again when its answer is lost: that could add two versions. */
  async rotate(tenantId: string): Promise<KeyVersions> {
    const call = { operation: 'transit.rotate', method: 'POST', area: 'keys' } as const;
    const key = await this.#turns.run(tenantId, () =>
      this.#engine.keyAfter(tenantId, { ...call, suffix: '/rotate', repeatable: false }),
    );
    return versionsOf(key);
  }

  /**
   * @throws KeyStoreError `key_missing`
   * @throws VaultError `vault_refused` for a version that does not exist yet
   */
  async retire(tenantId: string, oldest: number): Promise<void> {
    await this.#turns.run(tenantId, () => retireBelow(this.#engine, tenantId, oldest));
  }

  /** Allows the deletion and deletes. A crash between leaves a key that works and may be deleted. */
  async destroy(tenantId: string): Promise<void> {
    await this.#turns.run(tenantId, () => this.#destroy(tenantId));
  }

  async #destroy(tenantId: string): Promise<void> {
    const call = { operation: 'transit.destroy', area: 'keys' } as const;
    const body = { deletion_allowed: true };
    for (let round = 0; round < ROUNDS; round += 1) {
      try {
        await this.#engine.call(tenantId, { ...call, method: 'POST', suffix: '/config', body });
        await this.#engine.call(tenantId, { ...call, method: 'DELETE' });
        return;
      } catch (error) {
        if (hasCode(error, 'key_missing')) return;
        // Another process destroyed it and made it anew between the two calls.
        if (reasonOf(error) !== 'deletion-not-allowed') throw error;
      }
    }
    throw new VaultError('vault_failing', { operation: call.operation, reason: 'contended' });
  }

  async listTenants(): Promise<string[]> {
    return (await this.#engine.names()).filter(isTenantId).sort();
  }

  async check(): Promise<void> {
    await this.client.check();
    await requireEngine(this.client, this.mount, 'transit');
  }

  /** False also where nobody can tell. */
  async #isMissing(tenantId: string): Promise<boolean> {
    try {
      return (await this.#engine.find(tenantId)) === null;
    } catch {
      return false;
    }
  }
}

function bodyFor(tenantId: string, wrapped: string): { ciphertext: string } {
  requireTenantId(tenantId);
  if (!isWrappedText(wrapped)) throw new KeyStoreError('wrapped_key_broken', { tenantId });
  return { ciphertext: wrapped };
}
