import type { Change } from './change.js';
import { POLICY_NAMES, readPolicy } from './policy-files.js';
import type { Mounts } from './policy-files.js';
import type { SetupAccess } from './setup-access.js';
import { unifiedDiff } from './unified-diff.js';

/** The policies of `config/vault`, word for word: one that was changed by hand is shown and put back. */
export async function planPolicies(access: SetupAccess, mounts: Mounts): Promise<Change[]> {
  const changes: Change[] = [];
  for (const name of POLICY_NAMES) {
    const path = `sys/policies/acl/${name}`;
    const policy = readPolicy(name, mounts);
    const found = (await access.read(path))?.['policy'];
    const isNew = typeof found !== 'string';
    const names: [string, string] = [isNew ? '/dev/null' : path, `config/vault/${name}.hcl`];
    const diff = unifiedDiff(isNew ? '' : found, policy, names);
    if (diff === '') continue;
    changes.push({
      kind: 'policy',
      name,
      action: isNew ? 'create' : 'change',
      diff,
      apply: () => access.write(path, { policy }),
    });
  }
  return changes;
}
