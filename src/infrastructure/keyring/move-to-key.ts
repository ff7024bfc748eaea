import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, hasCode } from '../../kernel/app-error.js';
import type { SecretPath } from '../../kernel/secret-store.js';
import { contentOf, syncIfThere, temporaryFor, writeTemporary } from './durable-file.js';
import { errno } from './keyring.errors.js';
import type { MasterKey } from './master-key.js';
import { decodeSealed, encodeSealed, sealingKeyId } from './sealed-file.js';
import {
  KEY_FILES,
  SECRET_FILES,
  isSecretName,
  namesIn,
  ownersIn,
  type SealedKind,
} from './store-layout.js';

/** Folders at work at once: moving a file waits for the disk far longer than for the processor. */
const FOLDERS_AT_ONCE = 8;

export interface Keys {
  from: MasterKey;
  to: MasterKey;
}

/** What one pass over the store met. */
export interface Pass {
  files: number;
  moved: number;
  /** Files that neither key opens, as `<folder>/<tenant>/<name> (<reason>)`. */
  stuck: string[];
}

/**
 * Goes over every file once: seals what is under the old key under the new one, and removes the
 * temporary files of writes that began under the old key, so that they cannot land any more.
 */
export async function moveToKey(
  storeDir: string,
  keys: Keys,
  onFile: (pass: Pass) => void,
): Promise<Pass> {
  const pass: Pass = { files: 0, moved: 0, stuck: [] };
  for (const kind of [SECRET_FILES, KEY_FILES]) {
    const root = join(storeDir, kind.folder);
    const owners = (await ownersIn(root)).values();
    const worker = async (): Promise<void> => {
      for (const owner of owners)
        await moveFolder(join(root, owner), kind, owner, keys, pass, onFile);
    };
    await Promise.all(Array.from({ length: FOLDERS_AT_ONCE }, worker));
  }
  return pass;
}

async function moveFolder(
  folder: string,
  kind: SealedKind,
  tenantId: string,
  keys: Keys,
  pass: Pass,
  onFile: (pass: Pass) => void,
): Promise<void> {
  const before = pass.moved;
  for (const name of await namesIn(folder)) {
    if (temporaryFor(name) !== null) await stopOldWrite(join(folder, name), kind, keys.to);
    if (!isSecretName(name)) continue;
    pass.files++;
    try {
      if (await moveFile(folder, kind, { tenantId, name }, keys)) pass.moved++;
    } catch (error) {
      if (!hasCode(error, 'seal_broken')) throw error;
      const { reason } = (error as AppError).fields;
      pass.stuck.push(`${kind.folder}/${tenantId}/${name} (${String(reason)})`);
    }
    onFile(pass);
  }
  if (pass.moved > before) await syncIfThere(folder);
}

/**
 * The file is looked at again once the temporary is there. Whoever destroys or replaces a file does
 * that first and removes temporaries after: so either we see the change, or they remove what we made.
 */
async function moveFile(
  folder: string,
  kind: SealedKind,
  place: SecretPath,
  { from, to }: Keys,
): Promise<boolean> {
  const file = join(folder, place.name);
  for (;;) {
    const content = await contentOf(file);
    if (content === null || sealingKeyId(kind, content) === to.id) return false;
    const plaintext = decodeSealed(kind, from, place, content);
    let temporary: string | undefined;
    try {
      temporary = await writeTemporary(file, encodeSealed(kind, to, place, plaintext));
      if ((await contentOf(file))?.equals(content) !== true) continue;
      await rename(temporary, file);
      return true;
    } catch (error) {
      if (errno(error) !== 'ENOENT') throw error;
    } finally {
      plaintext.fill(0);
      if (temporary !== undefined) await rm(temporary, { force: true });
    }
  }
}

async function stopOldWrite(temporary: string, kind: SealedKind, to: MasterKey): Promise<void> {
  const content = await contentOf(temporary);
  if (content === null) return;
  try {
    if (sealingKeyId(kind, content) === to.id) return;
  } catch (error) {
    // Half written: nobody can tell under which key.
    if (!hasCode(error, 'seal_broken')) throw error;
  }
  await rm(temporary, { force: true });
}
