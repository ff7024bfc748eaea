import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders in this one that hold a connector, by name. */
export async function connectorNames(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'kit') continue;
    const files = await readdir(join(folder, entry.name));
    if (files.some((file) => /^connector\.[jt]s$/.test(file))) names.push(entry.name);
  }
  return names.sort();
}
