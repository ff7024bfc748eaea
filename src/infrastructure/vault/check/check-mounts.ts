import { hasCode } from '../../../kernel/app-error.js';
import type { Mounts } from '../setup/policy-files.js';
import type { VaultClient } from '../vault-client.js';
import { dataOf, isRecord } from '../vault-fields.js';
import type { Finding } from './finding.js';

const OPERATION = 'check.mounts';
/** Where every token has something of its own; other people's things in them are in the tables. */
const OF_VAULT = ['sys/', 'cubbyhole/', 'identity/', 'auth/token/'];

/**
 * No rights in any mount but ours. Vault lists to a token the mounts in which it has rights, and those
 * that are shown to everybody; asked about a single one, it tells the two apart.
 */
export async function checkMounts(client: VaultClient, mounts: Mounts): Promise<Finding> {
  const list = await client.request({
    operation: OPERATION,
    method: 'GET',
    path: 'sys/internal/ui/mounts',
  });
  const { secret, auth } = dataOf(list, OPERATION);
  const visible = [...names(secret), ...names(auth).map((name) => `auth/${name}`)];
  const ours = [`${mounts.kv}/`, `${mounts.transit}/`, ...OF_VAULT];
  const others: string[] = [];
  for (const mount of visible.filter((name) => !ours.includes(name))) {
    if (await hasRightsIn(client, mount)) others.push(mount);
  }
  return {
    what: 'rights in other mounts',
    expected: 'none',
    found: others.sort().join(', ') || 'none',
    ok: others.length === 0,
  };
}

async function hasRightsIn(client: VaultClient, mount: string): Promise<boolean> {
  const path = `sys/internal/ui/mounts/${mount.slice(0, -1)}`;
  try {
    return (await client.request({ operation: OPERATION, method: 'GET', path })) !== null;
  } catch (error) {
    if (hasCode(error, 'vault_denied')) return false;
    throw error;
  }
}

function names(mounts: unknown): string[] {
  return isRecord(mounts) ? Object.keys(mounts) : [];
}
