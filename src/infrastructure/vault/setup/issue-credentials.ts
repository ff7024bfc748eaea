import { Secret } from '../../../kernel/secret.js';
import type { VaultClient } from '../vault-client.js';
import { dataOf, unexpected } from '../vault-fields.js';
import { appRoleOf } from './process-roles.js';
import type { ProcessRole } from './process-roles.js';
import { SetupAccess } from './setup-access.js';

export interface IssuedCredentials {
  roleId: Secret;
  secretId: Secret;
}

/**
 * A new secret id for the processes of this role; those that were issued before stay good. Vault keeps
 * no readable copy, so it can be shown this once.
 *
 * @throws VaultSetupError `vault_setup_denied`
 * @throws VaultError `vault_failing` for a role that is not there
 */
export async function issueCredentials(
  client: VaultClient,
  role: ProcessRole,
): Promise<IssuedCredentials> {
  const access = new SetupAccess(client);
  const path = `auth/approle/role/${appRoleOf(role)}`;
  const found = await access.read(`${path}/role-id`);
  const made = dataOf(await access.make(`${path}/secret-id`, {}), 'setup.write');
  return { roleId: secretOf(found?.['role_id']), secretId: secretOf(made['secret_id']) };
}

function secretOf(value: unknown): Secret {
  if (typeof value !== 'string' || value === '') throw unexpected('setup.read');
  return new Secret(value);
}
