import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ProviderModule } from './provider-module.js';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', 'providers');

/** Every provider with a folder that holds a `provider` module, by the folder's name. */
export async function findProviders(): Promise<ReadonlyMap<string, ProviderModule>> {
  const found = new Map<string, ProviderModule>();
  const entries = await readdir(FOLDER, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    if (!entry.isDirectory()) continue;
    const names = await readdir(join(FOLDER, entry.name));
    // Compiled, or from the source in tests.
    const name = ['provider.js', 'provider.ts'].find((candidate) => names.includes(candidate));
    if (name === undefined) continue;
    const url = pathToFileURL(join(FOLDER, entry.name, name)).href;
    const { provider } = (await import(url)) as { provider?: ProviderModule };
    if (provider === undefined) throw new Error(`${url} exports no "provider".`);
    found.set(entry.name, provider);
  }
  return found;
}
