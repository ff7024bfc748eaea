import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Connector } from './kit/connector.js';

const HERE = dirname(fileURLToPath(import.meta.url));

/** A provider's id is the name of its folder. */
const ID = /^[a-z][a-z0-9-]*$/;

/**
 * Every connector, by provider id: each folder here that holds a `connector` module, which exports
 * `connector`. There is no list to keep.
 *
 * @param folders other places to look in as well; a later one wins
 */
export async function findConnectors(
  ...folders: string[]
): Promise<ReadonlyMap<string, Connector>> {
  const found = new Map<string, Connector>();
  for (const folder of [HERE, ...folders]) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === 'kit' || !ID.test(entry.name)) continue;
      const connector = await load(join(folder, entry.name));
      if (connector !== null) found.set(entry.name, connector);
    }
  }
  return found;
}

async function load(folder: string): Promise<Connector | null> {
  const names = await readdir(folder);
  // Compiled, or from the source in tests.
  const name = ['connector.js', 'connector.ts'].find((candidate) => names.includes(candidate));
  if (name === undefined) return null;
  const { connector } = (await import(pathToFileURL(join(folder, name)).href)) as {
    connector?: Connector;
  };
  if (connector === undefined) throw new Error(`${folder} exports no "connector".`);
  return connector;
}
