import type { VaultClient } from '../vault-client.js';
import type { Change } from './change.js';
import { planAppRoles } from './plan-app-roles.js';
import { planEngineSettings } from './plan-engine-settings.js';
import { planMounts } from './plan-mounts.js';
import { planPolicies } from './plan-policies.js';
import type { Mounts } from './policy-files.js';
import { SetupAccess } from './setup-access.js';

/**
 * What has to change in this Vault before NuMoon can work with it, in the order to do it in; nothing is
 * changed by looking. Empty when all is as it should be.
 *
 * @throws VaultSetupError `vault_mount_taken`; `vault_setup_denied`
 * @throws VaultError when Vault cannot serve
 */
export async function planSetup(client: VaultClient, mounts: Mounts): Promise<Change[]> {
  await client.check();
  const access = new SetupAccess(client);
  const made = await planMounts(access, mounts);
  const missing = new Set(made.map(({ name }) => name));
  return [
    ...made,
    ...(await planEngineSettings(access, mounts, missing)),
    ...(await planPolicies(access, mounts)),
    ...(await planAppRoles(access)),
  ];
}
