import type { Config } from '../../config/load.js';
import type { FoundationOptions } from '../../src/entry/composition/foundation.js';
import { openStores } from '../../src/entry/composition/open-stores.js';
import { NoKeyStore } from './no-key-store.js';
import { PlainDataKey } from './plain-data-key.js';

/** How a program keeps what it is told: as the product does, or as a floor to it. */
export type Keeping =
  | 'sealed'
  /** Keys as ever, cells in plain. */
  | 'plain'
  /** No key is made, wrapped or unwrapped, and cells are in plain. */
  | 'without keys';

export async function foundationOptions(
  keeping: Keeping,
  config: Config,
): Promise<FoundationOptions> {
  if (keeping === 'sealed') return {};
  if (keeping === 'plain') return { makeDataKey };
  // The installation's root key is no tenant's, so the secret store stays.
  const stores = await openStores(config, true, () => undefined);
  return { makeDataKey, stores: { ...stores, keys: new NoKeyStore() } };
}

function makeDataKey(id: number, material: Buffer): PlainDataKey {
  return new PlainDataKey(id, material);
}
