import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomWord } from '../../kernel/ids.js';

/** Replaces a file that only this user may read (0600): afterwards it holds the old or the new text, whole. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomWord(8)}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Without this a power cut may undo the rename. Windows cannot open folders and needs none of it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
