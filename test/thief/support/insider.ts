import { randomBytes } from 'node:crypto';
import { CENTRAL } from '../../../src/kernel/secret-store.js';
import { DataKey } from '../../../src/infrastructure/envelope/data-key.js';
import { keyIdOf, type Sealed } from '../../../src/infrastructure/envelope/sealed-format.js';
import { hasCode } from '../../../src/kernel/app-error.js';
import type { Placement } from '../../../src/tenancy/tenant-record.js';
import { noteSecret } from '../../support/canaries/registry.js';
import type { OwnNuMoon } from './own-numoon.js';
import {
  inPlace,
  placementOf,
  readCells,
  readWrappedKeys,
  type Cell,
  type Query,
} from './stored.js';

/**
 * Somebody with everything that is left: a server started on a copy of its files, as its superuser, and
 * a key store with its master key.
 */
export class Insider {
  constructor(
    readonly numoon: Pick<OwnNuMoon, 'app' | 'config' | 'client'>,
    readonly adminUrl: string,
  ) {}

  get #tools() {
    return this.numoon.app.foundation.tools;
  }

  placementOf(tenantId: string): Promise<Placement> {
    return placementOf(this.adminUrl, this.numoon.config.catalogDatabase, tenantId);
  }

  async in<T>(tenantId: string, work: (query: Query) => Promise<T>): Promise<T> {
    return inPlace(this.adminUrl, await this.placementOf(tenantId), work);
  }

  cellsOf(tenantId: string): Promise<Cell[]> {
    return this.in(tenantId, (query) => readCells(query, tenantId));
  }

  /** The code that unwrapping each of a tenant's data keys ends with; `opened` where it does not fail. */
  async unwrapEach(tenantId: string, as = tenantId): Promise<string[]> {
    const keys = await this.in(tenantId, readWrappedKeys);
    return Promise.all(
      keys.map(({ wrapped }) =>
        this.#tools.keys.unwrap(as, wrapped).then(
          () => 'opened',
          (error: { code: string }) => error.code,
        ),
      ),
    );
  }

  /** Materials of data keys: of these tenants as far as they unwrap, and what else lies in the key store. */
  async materials(tenantIds: readonly string[]): Promise<Buffer[]> {
    const found: Buffer[] = [];
    for (const tenantId of tenantIds) {
      for (const { wrapped } of await this.in(tenantId, readWrappedKeys)) {
        const material = await this.#tools.keys.unwrap(tenantId, wrapped).catch(unlessGone);
        if (material !== null) found.push(material, swapped(material));
      }
    }
    const root = await this.#tools.secrets.get({ tenantId: CENTRAL, name: 'root' });
    const key = Buffer.from(String(root?.['key']), 'base64');
    noteSecret('root key', key);
    return [...found, Buffer.concat([key, randomBytes(32)])];
  }

  /** How many of the cells any of the keys opens, in the place they are sealed for or in another's. */
  open(cells: readonly Cell[], materials: readonly Buffer[], others: readonly string[]): number {
    return cells.filter(({ place, sealed }) => {
      const { id, places } = { id: keyIdOf(sealed as Sealed), places: [place.tenantId, ...others] };
      return materials.some((material) => {
        const key = new DataKey(id, material);
        return places.some((tenantId) => opens(key, { ...place, tenantId }, sealed));
      });
    }).length;
  }
}

function opens(key: DataKey, place: Cell['place'], sealed: Buffer): boolean {
  try {
    key.open(place, sealed);
    return true;
  } catch (error) {
    if (!hasCode(error, 'sealed_value_broken')) throw error;
    return false;
  }
}

/** The look-up key in the place of the sealing key: it lies beside it, so it is tried too. */
function swapped(material: Buffer): Buffer {
  return Buffer.concat([material.subarray(32), material.subarray(0, 32)]);
}

function unlessGone(error: unknown): null {
  if (hasCode(error, 'key_missing')) return null;
  throw error;
}
