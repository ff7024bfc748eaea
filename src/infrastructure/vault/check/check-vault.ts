import type { OpenedVault } from '../open-vault.js';
import type { Mounts } from '../setup/policy-files.js';
import type { ProcessRole } from '../setup/process-roles.js';
import { checkEngines } from './check-engines.js';
import { checkLimits } from './check-limits.js';
import { checkMounts } from './check-mounts.js';
import { checkRights } from './check-rights.js';
import type { RightsSeen } from './check-rights.js';
import { checkKeyLife, checkKeyUse, checkSecretLife, secretNotTried } from './check-round-trip.js';
import type { Finding } from './finding.js';

export interface VaultCheck {
  role: ProcessRole;
  /** False when anything is not as expected. What could not be tried does not count. */
  ok: boolean;
  /** A root token may do everything, so it fails the check whatever it is used for. */
  isRoot: boolean;
  findings: Finding[];
}

/**
 * Proves that a process of this role can do in Vault what it must, and cannot do what it must not: by
 * the rights Vault tells, by acts whose limits it does not tell, and by making, using and destroying a
 * key and a secret. Leaves nothing behind.
 *
 * @throws VaultError when Vault cannot serve, or refuses the login
 */
export async function checkVault(
  vault: OpenedVault,
  role: ProcessRole,
  mounts: Mounts,
): Promise<VaultCheck> {
  const { client, keys, secrets } = vault;
  await client.check();
  const rights = await checkRights(client, role, mounts);
  const limits = await checkLimits(client, role, mounts.transit);
  const findings = [
    ...rights.findings,
    ...limits,
    await checkMounts(client, mounts),
    ...(await checkEngines(client, mounts)),
    mayDestroy(rights, limits, mounts) ? await checkKeyLife(keys) : await checkKeyUse(keys),
    mayDestroySecret(rights, mounts) ? await checkSecretLife(secrets) : secretNotTried(),
  ];
  const ok = findings.every((finding) => finding.ok !== false);
  return { role, ok, isRoot: rights.isRoot, findings };
}

/** By what was found, not by what should be: a key that was made must be destroyed again. */
function mayDestroy(rights: RightsSeen, limits: Finding[], { transit }: Mounts): boolean {
  const released = limits.find(({ what }) => what === 'release a key for deletion');
  return may(rights, `${transit}/keys/<tenant>`, 'delete') && released?.found === 'allowed';
}

function mayDestroySecret(rights: RightsSeen, { kv }: Mounts): boolean {
  return may(rights, `${kv}/metadata/tenants/<tenant>/<name>`, 'delete');
}

function may(rights: RightsSeen, path: string, capability: string): boolean {
  const found = rights.of.get(path) ?? [];
  return found.includes(capability) || found.includes('root');
}
