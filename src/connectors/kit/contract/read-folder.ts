import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectorFolder } from './folder-faults.js';

/** The text of a connector's files, by their path within the folder; `fixtures` are left out. */
export async function readConnectorFolder(folder: string): Promise<ConnectorFolder> {
  const files = new Map<string, string>();
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/\.(ts|js|md)$/.test(name) || name.startsWith('fixtures')) continue;
    files.set(name, await readFile(join(folder, name), 'utf8'));
  }
  return { files };
}
