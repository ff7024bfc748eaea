import { randomBytes } from 'node:crypto';
import {
  KEY_MATERIAL_BYTES,
  LOOKUP_KEY_BYTES,
  SEAL_KEY_BYTES,
} from '../../infrastructure/envelope/data-key.js';
import type { KeyStore } from '../../kernel/key-store.js';

export const FIRST_DATA_KEY = 1;

/**
 * Makes the material of a data key and wraps it. In clear it exists only inside this call.
 *
 * @param from a wrapped data key whose look-up key the new one keeps, so that hashes stay valid
 */
export async function newDataKey(
  keys: KeyStore,
  tenantId: string,
  from?: string,
): Promise<{ wrapped: string }> {
  const material = randomBytes(KEY_MATERIAL_BYTES);
  try {
    if (from !== undefined) {
      const older = await keys.unwrap(tenantId, from);
      older.copy(material, SEAL_KEY_BYTES, SEAL_KEY_BYTES, SEAL_KEY_BYTES + LOOKUP_KEY_BYTES);
      older.fill(0);
    }
    return { wrapped: await keys.wrap(tenantId, material) };
  } finally {
    material.fill(0);
  }
}
