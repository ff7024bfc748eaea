import { AppError } from '../../../kernel/app-error.js';

export type VaultSetupErrorCode = keyof typeof MESSAGES;

const MESSAGES = {
  vault_mount_taken:
    'Something else is mounted in Vault where an engine of ours belongs. Nothing was changed. Choose other mounts with NUMOON_VAULT_KV_MOUNT and NUMOON_VAULT_TRANSIT_MOUNT, or another namespace.',
  vault_setup_denied:
    'Vault does not let this token set things up. Give one in VAULT_TOKEN that may read and write mounts, auth methods, policies and AppRoles; docs/operations-vault.md has a policy for it.',
};

/** `fields.mount` and `fields.found`, or `fields.operation`: never a secret. */
export class VaultSetupError extends AppError {
  declare readonly code: VaultSetupErrorCode;

  constructor(code: VaultSetupErrorCode, fields: Record<string, string>) {
    const where = fields['mount'] === undefined ? '' : ` (${fields['mount']}: ${fields['found']})`;
    super(code, `${MESSAGES[code]}${where}`, { fields });
  }
}
