import type { Secret } from '../../kernel/secret.js';
import { VaultError } from './vault.errors.js';

/** AppRole can always log in anew; a token that is over is over. */
export type VaultCredentials =
  { kind: 'app-role'; roleId: Secret; secretId: Secret } | { kind: 'token'; token: Secret };

/**
 * AppRole where both are given, since it can log in again; the token otherwise.
 *
 * @throws VaultError `vault_credentials_missing`, also for half an AppRole: falling back to a token that
 *   happens to be set would hide the mistake until that token ends
 */
export function chooseCredentials(given: {
  vaultToken: Secret | null;
  vaultRoleId: Secret | null;
  vaultSecretId: Secret | null;
}): VaultCredentials {
  const { vaultToken: token, vaultRoleId: roleId, vaultSecretId: secretId } = given;
  if (roleId !== null && secretId !== null) return { kind: 'app-role', roleId, secretId };
  if (roleId !== null) throw missing('VAULT_SECRET_ID');
  if (secretId !== null) throw missing('VAULT_ROLE_ID');
  if (token !== null) return { kind: 'token', token };
  throw new VaultError('vault_credentials_missing');
}

function missing(name: string): VaultError {
  const message = `${name} is not set: an AppRole login needs VAULT_ROLE_ID and VAULT_SECRET_ID.`;
  return new VaultError('vault_credentials_missing', { reason: name }, message);
}
