import { DataKey, KEY_MATERIAL_BYTES } from '../../infrastructure/envelope/data-key.js';
import { hasCode } from '../../kernel/app-error.js';
import type { KeyStore } from '../../kernel/key-store.js';
import type { TenantDatabase } from '../tenant-database.js';
import { readDataKeys, takeWriter, type WrappedDataKey } from './data-keys.repository.js';
import { HeldKeys, type UnwrappedDataKey } from './held-keys.js';
import { DataKeyMissingError } from './keys.errors.js';

export type MakeDataKey = (id: number, material: Buffer) => DataKey;

/** Reads the data keys of the tenant in context from its database and has the key store unwrap them. */
export class DataKeyLoader {
  constructor(
    private readonly database: TenantDatabase,
    private readonly store: KeyStore,
    private readonly makeKey: MakeDataKey = (id, material) => new DataKey(id, material),
  ) {}

  /**
   * @param known gives keys that are in memory already: where they are still the same, to seal with
   *   them costs a writer's number and no call to the key store
   * @throws DataKeyMissingError; the key store's errors
   */
  async load(
    tenantId: string,
    sealing: boolean,
    known: () => HeldKeys | undefined,
  ): Promise<HeldKeys> {
    try {
      return await this.#load(tenantId, sealing, known);
    } catch (error) {
      // A rotation may wrap the keys anew and retire the old version between our two questions.
      if (!hasCode(error, 'key_version_retired')) throw error;
      return this.#load(tenantId, sealing, known);
    }
  }

  async #load(
    tenantId: string,
    sealing: boolean,
    known: () => HeldKeys | undefined,
  ): Promise<HeldKeys> {
    const { keys, taken } = sealing
      ? await takeWriter(this.database)
      : { keys: await readDataKeys(this.database), taken: null };
    if (keys.length === 0) throw new DataKeyMissingError(tenantId);
    const same = known();
    const held =
      same?.areThe(keys) === true
        ? same
        : new HeldKeys(tenantId, await this.#unwrap(tenantId, keys));
    held.writeAs(taken);
    return held;
  }

  async #unwrap(tenantId: string, keys: readonly WrappedDataKey[]): Promise<UnwrappedDataKey[]> {
    const unwrapped: UnwrappedDataKey[] = [];
    try {
      for (const { id, wrapped } of keys) {
        unwrapped.push({ id, wrapped, key: await this.#unwrapOne(tenantId, id, wrapped) });
      }
      return unwrapped;
    } catch (error) {
      for (const { key } of unwrapped) key.drop();
      throw error;
    }
  }

  async #unwrapOne(tenantId: string, id: number, wrapped: string): Promise<DataKey> {
    const material = await this.store.unwrap(tenantId, wrapped);
    try {
      return this.makeKey(id, material.subarray(0, KEY_MATERIAL_BYTES));
    } finally {
      material.fill(0);
    }
  }
}
