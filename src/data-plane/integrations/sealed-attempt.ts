import { CONNECTION_ATTEMPTS } from '../../../tenants/sealed-columns.js';
import type { Account } from '../../connectors/kit/account.js';
import type { Sealed } from '../../infrastructure/envelope/sealed-format.js';
import type { Opener, Sealer } from '../../tenancy/keys/tenant-cipher.js';

/** What is remembered between the steps of a connection. No tokens: those lie in the secret store. */
export interface AttemptMemory {
  /** Of PKCE, until the browser is back; null where the provider takes none. */
  verifier?: string | null;
  /** To choose from. */
  accounts?: readonly Account[];
}

/** How the sealed column of `connection_attempts` is opened and sealed: here and nowhere else. */
export function openMemory(
  cipher: Opener,
  row: { id: string; memory: Buffer | null },
): AttemptMemory {
  if (row.memory === null) return {};
  return cipher.openJson(CONNECTION_ATTEMPTS.memory, row.id, row.memory) as AttemptMemory;
}

export function sealMemory(cipher: Sealer, id: string, memory: AttemptMemory): Sealed {
  return cipher.sealJson(CONNECTION_ATTEMPTS.memory, id, memory);
}
