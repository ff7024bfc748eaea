import { isRecord } from '../vault-fields.js';
import type { Change } from './change.js';
import { POLICIES_OF, PROCESS_ROLES, appRoleOf } from './process-roles.js';
import type { ProcessRole } from './process-roles.js';
import { sameNames, settingsText } from './settings-text.js';
import type { SetupAccess } from './setup-access.js';
import { VaultSetupError } from './setup.errors.js';
import { unifiedDiff } from './unified-diff.js';

/**
 * What we set of an AppRole. Addresses it is bound to and the life of a secret id are the operator's,
 * and stay as they are.
 *
 * A token lives 20 minutes and is renewed at two thirds of that, so one that leaks from a process that
 * ended is soon worthless. After a day at the most the process logs in anew, which also brings a changed
 * list of policies to it; hence no `token_period`, whose tokens go on for ever. A secret id is good for
 * any number of logins, because every start and every day needs one.
 */
function settingsOf(role: ProcessRole) {
  return {
    token_policies: [...POLICIES_OF[role]].sort(),
    token_no_default_policy: true,
    token_type: 'service',
    token_ttl: 20 * 60,
    token_max_ttl: 24 * 3_600,
    token_period: 0,
    token_num_uses: 0,
    bind_secret_id: true,
    secret_id_num_uses: 0,
  };
}

/** @throws VaultSetupError `vault_mount_taken` */
export async function planAppRoles(access: SetupAccess): Promise<Change[]> {
  const methods = (await access.read('sys/auth')) ?? {};
  const method = methods['approle/'];
  const type = isRecord(method) ? String(method['type']) : null;
  if (type !== null && type !== 'approle') {
    throw new VaultSetupError('vault_mount_taken', { mount: 'auth/approle', found: type });
  }
  const changes: Change[] = type === null ? [enable(access)] : [];
  for (const role of PROCESS_ROLES) {
    const path = `auth/approle/role/${appRoleOf(role)}`;
    const found = type === null ? null : await access.read(path);
    const wanted = settingsOf(role);
    const now = found === null ? '' : settingsText(ordered(sameNames(wanted, found)));
    const names: [string, string] = [found === null ? '/dev/null' : path, path];
    const diff = unifiedDiff(now, settingsText(wanted), names);
    if (diff === '') continue;
    changes.push({
      kind: 'app-role',
      name: appRoleOf(role),
      action: found === null ? 'create' : 'change',
      diff,
      apply: () => access.write(path, wanted),
    });
  }
  return changes;
}

function enable(access: SetupAccess): Change {
  const wanted = { type: 'approle' };
  return {
    kind: 'auth-method',
    name: 'approle',
    action: 'create',
    diff: unifiedDiff('', settingsText(wanted), ['/dev/null', 'sys/auth/approle']),
    apply: async () => void (await access.make('sys/auth/approle', wanted)),
  };
}

/** Vault keeps the order in which policies were given; it means nothing. */
function ordered(found: Record<string, unknown>): Record<string, unknown> {
  const policies = found['token_policies'];
  return Array.isArray(policies)
    ? { ...found, token_policies: policies.map(String).sort() }
    : found;
}
