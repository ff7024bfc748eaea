import type { TransitEngine } from './transit-engine.js';
import type { TransitKey } from './transit-key.js';
import { reasonOf } from './transit-refusals.js';
import { VaultError } from './vault.errors.js';

const OPERATION = 'transit.retire';
/** How often it is begun anew when another process retires versions of the same key meanwhile. */
const ROUNDS = 8;

/**
 * First nothing may use the versions, then they are trimmed, which removes them from Vault's storage.
 * A crash between is finished by the next call.
 *
 * @throws KeyStoreError `key_missing`
 * @throws VaultError `vault_refused` for a version that does not exist yet
 */
export async function retireBelow(
  engine: TransitEngine,
  tenantId: string,
  oldest: number,
): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const key = await engine.require(tenantId);
    if (oldest > key.newest) {
      throw new VaultError('vault_refused', { operation: OPERATION, reason: 'no-such-version' });
    }
    // Never less than what is retired already: that would bring versions back.
    const target = Math.max(oldest, key.minDecryption);
    if (target <= Math.max(1, key.minAvailable)) return;
    if (await retireOnce(engine, tenantId, target, key)) return;
  }
  throw new VaultError('vault_failing', { operation: OPERATION, reason: 'contended' });
}

/** False when somebody else changed the key since it was looked at. */
async function retireOnce(
  engine: TransitEngine,
  tenantId: string,
  version: number,
  key: TransitKey,
): Promise<boolean> {
  const call = { operation: OPERATION, method: 'POST', area: 'keys' } as const;
  try {
    if (key.minDecryption < version || key.minEncryption < version) {
      const body = { min_decryption_version: version, min_encryption_version: version };
      await engine.call(tenantId, { ...call, suffix: '/config', body });
    }
    await engine.call(tenantId, {
      ...call,
      suffix: '/trim',
      body: { min_available_version: version },
    });
    return true;
  } catch (error) {
    if (reasonOf(error) === 'retired-meanwhile') return false;
    throw error;
  }
}
