import { confirmKeyFits, readStoreKeys, wrongKey } from './key-check.js';
import { missing, nextKeyFile } from './master-key-file.js';
import { readMasterKey, type MasterKey } from './master-key.js';

/** Each further attempt means that a whole rotation took place during the one before. */
const ATTEMPTS = 4;

/** What to seal under at one instant. */
export interface Sealing {
  key: MasterKey;
  rotating: boolean;
  /** Equal for two looks between which no rotation began or ended. */
  era: string;
}

/**
 * The master keys a running process can seal and open with. The store's folder says which key is in
 * use; the key files are read again only when it names one that is not known yet, so a rotation made
 * by another process is followed without a restart.
 */
export class KnownKeys {
  #known: [MasterKey, ...MasterKey[]];
  readonly #file: string | undefined;

  constructor(
    readonly storeDir: string,
    key: MasterKey,
  ) {
    this.#known = [key];
    this.#file = key.file;
  }

  /**
   * Costs two or three small reads; before writes only.
   *
   * @throws KeyringError `master_key_wrong`, `master_key_missing` when the key of a rotation cannot
   *   be reached from here: sealing under the old one would lose what is written
   */
  async sealing(): Promise<Sealing> {
    for (let attempt = 1; ; attempt++) {
      const { current, next } =
        (await readStoreKeys(this.storeDir)) ??
        (await confirmKeyFits(this.storeDir, this.#known[0]));
      const wanted = next ?? current;
      const key = await this.opening(wanted.keyId);
      if (key !== null) {
        if (!wanted.fits(key)) throw wrongKey(this.storeDir, 'check-differs');
        // A key that was rotated away should not stay in memory.
        if (next === null) this.#known = [key];
        return { key, rotating: next !== null, era: `${current.keyId} ${next?.keyId ?? ''}` };
      }
      if (attempt < ATTEMPTS) continue;
      if (next !== null && this.#file !== undefined) {
        throw missing(nextKeyFile(this.#file, current.keyId), this.storeDir, true);
      }
      throw wrongKey(this.storeDir, 'check-differs', { storeKeyId: wanted.keyId });
    }
  }

  /** The key with this id, or null: then what it sealed has been moved to another key, or is foreign. */
  async opening(keyId: string): Promise<MasterKey | null> {
    const withId = (key: MasterKey) => key.id === keyId;
    return this.#known.find(withId) ?? (await this.#readAgain()).find(withId) ?? null;
  }

  /** Forgets keys that are no longer there. A key file that was put away after the start is no loss. */
  async #readAgain(): Promise<MasterKey[]> {
    if (this.#file === undefined) return this.#known;
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      const key = await readMasterKey(this.#file);
      if (key === null) break;
      const next = await readMasterKey(nextKeyFile(this.#file, key.id));
      if (next !== null) return (this.#known = [key, next]);
      // Without a next one this was the key all along, or the next one has just become the key.
      if ((await readMasterKey(this.#file))?.id === key.id) return (this.#known = [key]);
    }
    return this.#known;
  }
}
