import { API_KEYS } from '../../../tenants/sealed-columns.js';
import type { Sealed } from '../../infrastructure/envelope/sealed-format.js';
import type { Opener, Sealer } from '../../tenancy/keys/tenant-cipher.js';

/** How the sealed column of `api_keys` is opened and sealed: here and nowhere else. */
export function openKeyName(cipher: Opener, row: { id: string; name: Buffer }): string {
  return cipher.openText(API_KEYS.name, row.id, row.name);
}

export function sealKeyName(cipher: Sealer, id: string, name: string): Sealed {
  return cipher.sealText(API_KEYS.name, id, name);
}
