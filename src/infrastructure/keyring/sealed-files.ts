import { link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../../kernel/app-error.js';
import type { SecretPath } from '../../kernel/secret-store.js';
import {
  contentOf,
  makeFolderDurably,
  removeFolderDurably,
  removeLeftovers,
  syncIfThere,
  temporaryFor,
  writeTemporary,
} from './durable-file.js';
import { KeyringError, errno } from './keyring.errors.js';
import type { KnownKeys, Sealing } from './known-keys.js';
import { decodeSealed, encodeSealed, sealBroken, sealingKeyId } from './sealed-file.js';
import { namesIn, ownersIn, type SealedKind } from './store-layout.js';

/** Each means that a folder was destroyed, or a rotation begun, in the very instant of a write. */
const ATTEMPTS = 200;

/** Each means that a whole rotation took place between reading a file and reading the key. */
const READ_ATTEMPTS = 3;

/**
 * Files of one kind, sealed under the master key, shared by processes that know nothing of each
 * other, while others destroy folders and one moves everything to the next master key
 * (`rotate-master-key.ts`). No locks, so nothing stays locked after a kill -9. Instead:
 *
 * - A file appears by a rename or a link of a temporary file *in the same folder*. Who wants to be
 *   sure that a write will not land any more removes the temporary: the rename then fails.
 * - A writer makes its temporary first and looks at the key of the store after. So a write under the
 *   old key has its temporary in place before the next key is announced, where the rotation finds it.
 */
export class SealedFiles {
  readonly root: string;

  constructor(
    private readonly keys: KnownKeys,
    private readonly kind: SealedKind,
  ) {
    this.root = join(keys.storeDir, kind.folder);
  }

  /** Makes the folder where missing and removes what writes cut off by a crash have left behind. */
  async prepare(): Promise<void> {
    await makeFolderDurably(this.root);
    await removeLeftovers(this.keys.storeDir);
    await removeLeftovers(this.root);
    for (const owner of await ownersIn(this.root)) await removeLeftovers(this.folder(owner));
  }

  folder(tenantId: string): string {
    return join(this.root, tenantId);
  }

  /** One read of one file. The caller zeroes the answer. @throws AppError `seal_broken` */
  async read(place: SecretPath): Promise<Buffer | null> {
    for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt++) {
      const content = await contentOf(this.#file(place));
      if (content === null) return null;
      const key = await this.keys.opening(sealingKeyId(this.kind, content));
      if (key !== null) return decodeSealed(this.kind, key, place, content);
    }
    throw sealBroken('other-key');
  }

  /**
   * Creates the file unless there is one: true for exactly one of several writers, and then durable.
   * False also where there is no folder and none may be made.
   *
   * @param stillRight asked once the temporary is there: from then on, whoever destroys the folder or
   *   the file stops this write, so what it says stays true until the file appears
   */
  async create(
    place: SecretPath,
    plaintext: Buffer,
    makeFolder: boolean,
    stillRight?: () => Promise<boolean>,
  ): Promise<boolean> {
    const created = await this.#write(place, plaintext, makeFolder, async (temporary, file) => {
      if ((await stillRight?.()) === false) return false;
      try {
        await link(temporary, file);
        return true;
      } catch (error) {
        // The folder is synced all the same: our caller builds on what the winner has just made.
        if (errno(error) === 'EEXIST') return false;
        throw error;
      }
    });
    return created === true;
  }

  /** The last of concurrent writers wins, whole. */
  async replace(place: SecretPath, plaintext: Buffer): Promise<void> {
    const put = () =>
      this.#write(place, plaintext, true, async (temporary, file, { era }) => {
        await rename(temporary, file);
        return era;
      });
    const era = await put();
    const after = await this.keys.sealing();
    if (!after.rotating && after.era === era) return;
    // A rotation may have read the file before our rename and be about to put that back, re-sealed.
    // Without its temporary it cannot; if it was faster we write again, and now nothing comes after.
    await this.#removeTemporaries(place);
    const now = await this.read(place).catch((error: unknown) => {
      if (hasCode(error, 'seal_broken')) return null;
      throw error;
    });
    const kept = now?.equals(plaintext) === true;
    now?.fill(0);
    if (!kept) await put();
  }

  /** Removes the file, and every temporary that could still become it. */
  async remove(place: SecretPath): Promise<void> {
    if ((await namesIn(this.folder(place.tenantId))).length === 0) return;
    await rm(this.#file(place), { force: true });
    await this.#removeTemporaries(place);
    // Again: a temporary may have become the file between the two lines above.
    await rm(this.#file(place), { force: true });
    await syncIfThere(this.folder(place.tenantId));
  }

  async removeFolder(tenantId: string): Promise<void> {
    await removeFolderDurably(this.folder(tenantId));
  }

  async #write<T>(
    place: SecretPath,
    plaintext: Buffer,
    makeFolder: boolean,
    land: (temporary: string, file: string, sealing: Sealing) => Promise<T>,
  ): Promise<T | null> {
    const file = this.#file(place);
    const folder = dirname(file);
    let folderIsNew = false;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const sealing = await this.keys.sealing();
      const content = encodeSealed(this.kind, sealing.key, place, plaintext);
      let temporary: string;
      try {
        temporary = await writeTemporary(file, content);
      } catch (error) {
        if (errno(error) !== 'ENOENT') throw error;
        if (!makeFolder) return null;
        await mkdir(folder, { recursive: true, mode: 0o700 });
        folderIsNew = true;
        continue;
      }
      try {
        if ((await this.keys.sealing()).key.id !== sealing.key.id) continue;
        const landed = await land(temporary, file, sealing);
        await rm(temporary, { force: true });
        await Promise.all([syncIfThere(folder), folderIsNew && syncIfThere(this.root)]);
        return landed;
      } catch (error) {
        if (errno(error) !== 'ENOENT') throw error;
      } finally {
        await rm(temporary, { force: true });
      }
    }
    throw new KeyringError('secret_store_unavailable', 'The keyring could not write: try again', {
      fields: { act: 'write', reason: 'contended' },
    });
  }

  async #removeTemporaries(place: SecretPath): Promise<void> {
    const folder = this.folder(place.tenantId);
    for (const name of await namesIn(folder)) {
      if (temporaryFor(name) === place.name) await rm(join(folder, name), { force: true });
    }
  }

  #file(place: SecretPath): string {
    return join(this.folder(place.tenantId), place.name);
  }
}
