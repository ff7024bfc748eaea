import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createDurably, makeFolderDurably, removeLeftovers } from './durable-file.js';
import { KeyringError, errno } from './keyring.errors.js';
import { holdsEntries } from './store-layout.js';

export const MASTER_KEY_BYTES = 32;

/** The key that a rotation moves to lies here until it becomes the key. */
export function nextKeyFile(file: string, currentKeyId: string): string {
  return `${file}.after-${currentKeyId}`;
}

export interface MasterKeyLocation {
  /** The key file: exactly 32 raw bytes, mode 0600. */
  file: string;
  /** The folder of the store that the key opens. */
  storeDir: string;
  createIfMissing: boolean;
}

/** The 32 bytes of the file, or null where there is no file. */
export async function readKeyFile(file: string): Promise<Buffer | null> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (errno(error) === 'ENOENT') return null;
    throw new KeyringError('master_key_invalid', `The master key file ${file} cannot be read`, {
      fields: { file, reason: errno(error) },
      cause: error,
    });
  });
  if (handle === null) return null;
  try {
    const { mode, size, nlink } = await handle.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw exposed(file, mode);
    // Checked before reading, so that a path to something huge is not read into memory.
    if (size !== MASTER_KEY_BYTES) throw wrongLength(file, size);
    // A crash right after `link` leaves a second name of the key, which must not outlive this start.
    if (nlink > 1) await removeLeftovers(dirname(file), file);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Makes the key file; when another process was faster, takes the one it made. */
export async function takeOrCreateKeyFile(location: MasterKeyLocation): Promise<Buffer> {
  const { file, storeDir, createIfMissing } = location;
  if (!createIfMissing || (await holdsEntries(storeDir))) {
    // An entry may also come from a process that made the key after our first look.
    const made = await readKeyFile(file);
    if (made !== null) return made;
    throw missing(file, storeDir, createIfMissing);
  }
  await makeFolderDurably(dirname(file));
  const fresh = randomBytes(MASTER_KEY_BYTES);
  const created = await createDurably(file, fresh);
  await removeLeftovers(dirname(file), file);
  if (created) return fresh;
  const made = await readKeyFile(file);
  if (made === null) throw missing(file, storeDir, createIfMissing);
  return made;
}

export function missing(file: string, storeDir: string, createIfMissing: boolean): KeyringError {
  const why = createIfMissing
    ? `and ${storeDir} holds secrets that only the lost key can open. Put the key file back from your backup`
    : 'and making one was not allowed. Put the key file back from your backup';
  return new KeyringError('master_key_missing', `There is no master key at ${file}, ${why}`, {
    fields: { file, storeDir },
  });
}

function exposed(file: string, mode: number): KeyringError {
  return new KeyringError(
    'master_key_exposed',
    `Others may read the master key ${file}. Run: chmod 600 ${file}`,
    { fields: { file, mode: (mode & 0o777).toString(8) } },
  );
}

function wrongLength(file: string, bytes: number): KeyringError {
  return new KeyringError(
    'master_key_invalid',
    `The master key ${file} must have ${MASTER_KEY_BYTES} bytes, not ${bytes}`,
    { fields: { file, bytes } },
  );
}
