import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createDurably, syncFolder } from './durable-file.js';
import { checkContent, readStoreKeys, wrongKey } from './key-check.js';
import { KeyringError, errno, onDisk } from './keyring.errors.js';
import { MASTER_KEY_BYTES, nextKeyFile } from './master-key-file.js';
import { loadMasterKey, readMasterKey, type MasterKey } from './master-key.js';
import { moveToKey, type Keys, type Pass } from './move-to-key.js';
import { KEY_CHECK_FILE, nextKeyCheckFile } from './store-layout.js';

export interface MasterKeyRotation {
  /** The key file. Its folder must be writable, and be what is mounted: not the file alone. */
  file: string;
  storeDir: string;
  onProgress?: (progress: RotationProgress) => void;
}

export interface RotationProgress {
  step: 'key-made' | 'announced' | 'moving' | 'key-replaced' | 'finished';
  /** Files seen and moved in the pass that is under way. */
  files: number;
  moved: number;
}

export interface RotatedMasterKey {
  from: string;
  to: string;
  /** Files in the store. */
  files: number;
  /** Whether this finished what an earlier run, or another one beside it, had begun. */
  resumed: boolean;
}

const MOST_PASSES = 20;

/**
 * Replaces the master key: `file` holds a new one, every file of the store is sealed under it, and
 * the old one is gone. Reads and writes go on, in this process and in others. The steps:
 *
 * 1. `<file>.after-<old id>` is created with the next key. Nobody uses it yet.
 * 2. `key-check.after-<old id>` is created in the store: from here on, what is written is sealed
 *    under the next key.
 * 3. Every file is sealed anew under the next key, one at a time.
 * 4. The next key is renamed over `file`, which destroys the old one.
 * 5. The next check value is renamed over `key-check`.
 *
 * **A kill -9 between any two.** Until 4 both key files are there; from 4 on nothing is sealed under
 * the old key. Who starts loads the key in `file`, which is one of the two that the store names; who
 * meets a file, or a store, of a key it does not know reads the key files again. Running this again
 * goes on with the next key that is there.
 *
 * **Writers that run meanwhile.** A process may have looked at the store's key before 2 and write
 * after 3. That write would be lost with the old key. So a writer makes its temporary file first, in
 * the folder of the file, and looks at the key after. If it still saw the old key, the temporary was
 * there before 2; a pass of 3 finds it and removes it, the writer's rename fails, and it begins again
 * under the next key. Or the rename was faster: a listing made at that very moment may show neither
 * name, but the next pass finds the file. After two whole passes nothing can follow; we end after at
 * least two, the last of which found nothing to move. No writer is waited for, and a stopped or
 * killed one holds nothing up.
 *
 * **Two rotations at once** join: the names of 1 and 2 hold the old key's id and are created by
 * `link`, so both take the one next key; 4 and 5 can each happen once only, because they consume a
 * name that never comes again. One that slept through the whole other rotation finds another key in
 * `file` and is refused.
 *
 * A file that cannot be opened stops the rotation before 4: its backup may need the old key. All
 * stays readable, and another run goes on.
 *
 * Backups of the old key still open backups of the store: destroy them when those have run out.
 *
 * @throws KeyringError `master_key_rotation_running`, `secret_unreadable`, `secret_store_unavailable`,
 *   and those of `loadMasterKey`
 */
export async function rotateMasterKey(rotation: MasterKeyRotation): Promise<RotatedMasterKey> {
  return onDisk('master-key.rotate', () => rotate(rotation));
}

async function rotate({
  file,
  storeDir,
  onProgress,
}: MasterKeyRotation): Promise<RotatedMasterKey> {
  let pass: Pass = { files: 0, moved: 0, stuck: [] };
  const tell = (step: RotationProgress['step']): void =>
    onProgress?.({ step, files: pass.files, moved: pass.moved });

  const from = await loadMasterKey({ file, storeDir, createIfMissing: false });
  const before = await readStoreKeys(storeDir);
  if (before !== null && before.current.keyId !== from.id) {
    // An earlier run died between 4 and 5.
    await renameOnce(join(storeDir, nextKeyCheckFile(before.current.keyId)), keyCheck(storeDir));
    tell('finished');
    return { from: before.current.keyId, to: from.id, files: 0, resumed: true };
  }

  const { to, made } = await takeNextKey(file, from);
  tell('key-made');
  await announce(storeDir, { from, to });
  tell('announced');
  for (let passes = 1; passes <= 2 || pass.moved > 0; passes++) {
    if (passes > MOST_PASSES) throw restless(storeDir);
    pass = await moveToKey(storeDir, { from, to }, (seen) => {
      pass = seen;
      tell('moving');
    });
    if (pass.stuck.length > 0) await refuse(file, from, pass.stuck);
  }

  await renameOnce(nextKeyFile(file, from.id), file);
  tell('key-replaced');
  await renameOnce(join(storeDir, nextKeyCheckFile(from.id)), keyCheck(storeDir));
  tell('finished');
  return { from: from.id, to: to.id, files: pass.files, resumed: !made };
}

/** The next key, made unless it is there. It counts only while the key it follows is the one in `file`. */
async function takeNextKey(
  file: string,
  from: MasterKey,
): Promise<{ to: MasterKey; made: boolean }> {
  const nextFile = nextKeyFile(file, from.id);
  const fresh = randomBytes(MASTER_KEY_BYTES);
  const made = await createDurably(nextFile, fresh);
  fresh.fill(0);
  const to = await readMasterKey(nextFile);
  if (to !== null && (await readMasterKey(file))?.id === from.id) return { to, made };
  if (made) await rm(nextFile, { force: true });
  throw overtaken(file);
}

async function announce(storeDir: string, { from, to }: Keys): Promise<void> {
  await createDurably(join(storeDir, nextKeyCheckFile(from.id)), checkContent(to));
  const now = await readStoreKeys(storeDir);
  if (now?.current.keyId !== from.id) return; // Finished by another run, as the passes will show.
  if (now.next?.fits(to) !== true) throw wrongKey(storeDir, 'check-differs', { keyId: to.id });
}

/** Renames a name that exists once only: who comes second finds it gone, and its work done. */
async function renameOnce(source: string, target: string): Promise<void> {
  try {
    await rename(source, target);
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error;
  }
  await syncFolder(dirname(target));
}

function keyCheck(storeDir: string): string {
  return join(storeDir, KEY_CHECK_FILE);
}

async function refuse(file: string, from: MasterKey, stuck: string[]): Promise<never> {
  // A rotation that followed this one has moved on to a key that is unknown here.
  if ((await readMasterKey(file))?.id !== from.id) throw overtaken(file);
  throw new KeyringError(
    'secret_unreadable',
    `The rotation cannot end: ${stuck.length} files cannot be opened, the first is ${stuck[0]}. Restore them from a backup or destroy them, and run it again; until then both keys are needed`,
    { fields: { files: stuck.length, reason: 'rotation-stuck' } },
  );
}

function overtaken(file: string): KeyringError {
  return new KeyringError(
    'master_key_rotation_running',
    `Another rotation of ${file} was under way. Look at its result, and run this again if you need one more`,
    { fields: { file } },
  );
}

function restless(storeDir: string): KeyringError {
  return new KeyringError(
    'secret_store_unavailable',
    `Something keeps writing into ${storeDir} under the old master key. Run the rotation again`,
    { fields: { act: 'rotate', reason: 'contended' } },
  );
}
