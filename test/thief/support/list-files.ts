import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything below the folder, folders too; links are not followed. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.map((entry) => join(entry.parentPath, entry.name)).toSorted();
}
