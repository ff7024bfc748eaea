import type { DataKey } from '../../infrastructure/envelope/data-key.js';
import { Nonces } from '../../infrastructure/envelope/nonces.js';
import type { TakenWriter, WrappedDataKey } from './data-keys.repository.js';
import { TenantCipher } from './tenant-cipher.js';

/** A writer with fewer nonces left takes a new number before it begins. */
const NONCES_LEFT_MIN = 1_000_000;

export interface UnwrappedDataKey extends WrappedDataKey {
  key: DataKey;
}

/** The keys of one tenant in memory. */
export class HeldKeys {
  #cipher: TenantCipher;
  #nonces: Nonces | null = null;
  #holders = 0;
  #unwanted = false;

  /** @param keys at least one, the newest last */
  constructor(
    readonly tenantId: string,
    private readonly keys: readonly UnwrappedDataKey[],
  ) {
    this.#cipher = this.#newCipher();
  }

  get canSeal(): boolean {
    return this.#nonces !== null && this.#nonces.left >= NONCES_LEFT_MIN;
  }

  get isHeld(): boolean {
    return this.#holders > 0;
  }

  /** Whether these are the keys that the database holds, wrapped as they were. */
  areThe(wrapped: readonly WrappedDataKey[]): boolean {
    if (this.#unwanted || wrapped.length !== this.keys.length) return false;
    return this.keys.every(
      (key, at) => key.id === wrapped[at]?.id && key.wrapped === wrapped[at].wrapped,
    );
  }

  /** From now on they seal as this writer, if it is one of the newest key. */
  writeAs(taken: TakenWriter | null): void {
    if (taken === null || taken.keyId !== this.keys.at(-1)?.id) return;
    this.#nonces = new Nonces(taken.writer);
    this.#cipher = this.#newCipher();
  }

  /** @throws DataKeyDroppedError when it was dropped */
  run<T>(work: (cipher: TenantCipher) => T): T {
    const result = work(this.#cipher);
    if (result instanceof Promise) throw new Error('Work with a key is synchronous.');
    return result;
  }

  enter(): void {
    this.#holders += 1;
  }

  leave(): void {
    this.#holders -= 1;
    if (this.#unwanted) this.letGo();
  }

  /** Overwrites the keys now, or when the last of those who hold them has left. */
  letGo(): void {
    this.#unwanted = true;
    if (this.#holders === 0) this.drop();
  }

  /** Overwrites the keys now, whoever holds them. */
  drop(): void {
    this.#unwanted = true;
    for (const { key } of this.keys) key.drop();
  }

  #newCipher(): TenantCipher {
    const byId = new Map(this.keys.map(({ id, key }) => [id, key]));
    const newest = this.keys.at(-1);
    if (newest === undefined) throw new Error('A tenant is held without a key.');
    return new TenantCipher(this.tenantId, byId, newest.key, this.#nonces);
  }
}
