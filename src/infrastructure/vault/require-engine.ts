import type { VaultClient } from './vault-client.js';
import { dataOf, isRecord } from './vault-fields.js';
import { VaultError } from './vault.errors.js';

/**
 * Whether the right engine is mounted there and our role may use any of it; every token may ask.
 *
 * @throws VaultError `vault_mount_missing`; `vault_denied` also for a mount that does not exist, since
 *   Vault does not tell the two apart
 */
export async function requireEngine(
  client: VaultClient,
  mount: string,
  engine: 'kv-v2' | 'transit',
): Promise<void> {
  const operation = 'sys.mount';
  const body = await client.request({
    operation,
    method: 'GET',
    path: `sys/internal/ui/mounts/${mount}`,
  });
  const { type, options } = dataOf(body, operation);
  const found =
    type === 'kv' && isRecord(options) && options['version'] === '2' ? 'kv-v2' : String(type);
  if (found !== engine) {
    throw new VaultError('vault_mount_missing', { operation, mount, wanted: engine });
  }
}
