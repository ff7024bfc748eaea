import type { DataKey } from '../../infrastructure/envelope/data-key.js';
import { Nonces } from '../../infrastructure/envelope/nonces.js';
import type { TakenWriter } from './data-keys.repository.js';
import { DataKeyMissingError } from './keys.errors.js';
import { TenantCipher } from './tenant-cipher.js';

/** A writer with fewer nonces left takes a new number before it begins. */
const NONCES_LEFT_MIN = 1_000_000;

/** The keys of one tenant in memory. */
export class HeldKeys {
  readonly #cipher: TenantCipher;
  readonly #nonces: Nonces | null;
  #holders = 0;
  #unwanted = false;

  constructor(
    readonly tenantId: string,
    private readonly keys: readonly DataKey[],
    taken: TakenWriter | null,
  ) {
    const newest = keys.at(-1);
    if (newest === undefined) throw new DataKeyMissingError(tenantId);
    this.#nonces = taken !== null && taken.keyId === newest.id ? new Nonces(taken.writer) : null;
    const byId = new Map(keys.map((key) => [key.id, key]));
    this.#cipher = new TenantCipher(tenantId, byId, newest, this.#nonces);
  }

  get canSeal(): boolean {
    return this.#nonces !== null && this.#nonces.left >= NONCES_LEFT_MIN;
  }

  get isHeld(): boolean {
    return this.#holders > 0;
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
    for (const key of this.keys) key.drop();
  }
}
