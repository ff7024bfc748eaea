import { isRecord } from '../vault-fields.js';
import type { Change } from './change.js';
import type { Mounts } from './policy-files.js';
import { settingsText } from './settings-text.js';
import type { SetupAccess } from './setup-access.js';
import { VaultSetupError } from './setup.errors.js';
import { unifiedDiff } from './unified-diff.js';

const ENGINES = {
  kv: { type: 'kv', options: { version: '2' } },
  transit: { type: 'transit' },
} as const;

/**
 * The two engines, mounted where they are missing. What is mounted there already stays untouched.
 *
 * @throws VaultSetupError `vault_mount_taken`
 */
export async function planMounts(access: SetupAccess, mounts: Mounts): Promise<Change[]> {
  const found = (await access.read('sys/mounts')) ?? {};
  const changes: Change[] = [];
  for (const engine of ['kv', 'transit'] as const) {
    const mount = mounts[engine];
    const wanted = ENGINES[engine];
    const there = neighbour(found, mount);
    if (there === null) {
      changes.push({
        kind: 'mount',
        name: mount,
        action: 'create',
        diff: unifiedDiff('', settingsText(wanted), ['/dev/null', `sys/mounts/${mount}`]),
        apply: async () => void (await access.make(`sys/mounts/${mount}`, wanted)),
      });
    } else if (there.path !== `${mount}/` || there.engine !== engineOf(wanted)) {
      const at = there.path === `${mount}/` ? '' : ` at ${there.path}`;
      throw new VaultSetupError('vault_mount_taken', { mount, found: `${there.engine}${at}` });
    }
  }
  return changes;
}

/** What is mounted there, above or below: Vault takes no mount inside of another. */
function neighbour(
  found: Readonly<Record<string, unknown>>,
  mount: string,
): { path: string; engine: string } | null {
  const own = `${mount}/`;
  const path = Object.keys(found).find((path) => own.startsWith(path) || path.startsWith(own));
  return path === undefined ? null : { path, engine: engineOf(found[path]) };
}

function engineOf(entry: unknown): string {
  if (!isRecord(entry)) return 'unknown';
  const version = isRecord(entry['options']) ? entry['options']['version'] : undefined;
  return entry['type'] === 'kv' ? `kv version ${String(version ?? 1)}` : String(entry['type']);
}
