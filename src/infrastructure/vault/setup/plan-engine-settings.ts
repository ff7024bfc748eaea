import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../../../kernel/app-error.js';
import type { Change } from './change.js';
import type { Mounts } from './policy-files.js';
import { sameNames, settingsText } from './settings-text.js';
import type { SetupAccess } from './setup-access.js';
import { unifiedDiff } from './unified-diff.js';

/**
 * One version of a secret: an old refresh token among the others may still be good. No check-and-set,
 * which our writes do not make. Nothing that ends by itself: the root key is among them.
 */
const KV = { max_versions: 1, cas_required: false, delete_version_after: '0s' };
/** To encrypt never makes a key, whatever the policy of whoever asks. */
const TRANSIT = { disable_upsert: true };

const UPGRADE_MS = 20_000;
const PAUSE_MS = 250;

/** @param missing mounts that are not there yet, whose settings nobody can read */
export async function planEngineSettings(
  access: SetupAccess,
  mounts: Mounts,
  missing: ReadonlySet<string>,
): Promise<Change[]> {
  const plans = [
    { path: `${mounts.kv}/config`, wanted: KV, isNew: missing.has(mounts.kv) },
    { path: `${mounts.transit}/config/keys`, wanted: TRANSIT, isNew: missing.has(mounts.transit) },
  ];
  const changes: Change[] = [];
  for (const { path, wanted, isNew } of plans) {
    const found = isNew ? {} : await readIfOffered(access, path);
    if (found === null) continue;
    const now = settingsText(sameNames(wanted, found));
    const diff = unifiedDiff(now, settingsText(wanted), [isNew ? '/dev/null' : path, path]);
    if (diff === '') continue;
    changes.push({
      kind: 'engine-settings',
      name: path,
      action: isNew ? 'create' : 'change',
      diff,
      apply: () => whenUpgraded(() => writeIfOffered(access, path, wanted)),
    });
  }
  return changes;
}

/** Null where this Vault is older than the setting: `disable_upsert` came with 1.13. */
async function readIfOffered(access: SetupAccess, path: string) {
  try {
    return await access.read(path);
  } catch (error) {
    if (hasCode(error, 'vault_mount_missing')) return null;
    throw error;
  }
}

async function writeIfOffered(access: SetupAccess, path: string, wanted: object): Promise<void> {
  try {
    await access.write(path, { ...wanted });
  } catch (error) {
    if (!hasCode(error, 'vault_mount_missing')) throw error;
  }
}

/** A KV engine that was just mounted refuses for some moments. */
async function whenUpgraded(work: () => Promise<void>): Promise<void> {
  const giveUpAt = performance.now() + UPGRADE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, 'vault_failing') || performance.now() > giveUpAt) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
