import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noteSecret, noteUrl } from './registry.js';

/** Files of a data folder that hold a secret in clear, because that is what they are for. */
const KEY_FILE = 'master.key';
const URL_FILES = ['postgres.url', 'postgres-control.url'];

/** Adds what the files in a data folder hold to what is looked for. @returns the files */
export async function noteSecretsOfDataDir(dataDir: string): Promise<string[]> {
  const key = await readFile(join(dataDir, KEY_FILE)).catch(unlessAbsent);
  if (key !== null) noteSecret('master key', key);
  for (const name of URL_FILES) {
    const url = await readFile(join(dataDir, name), 'utf8').catch(unlessAbsent);
    if (url !== null) noteUrl('database password', url.trim());
  }
  return [KEY_FILE, ...URL_FILES].map((name) => join(dataDir, name));
}

function unlessAbsent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
