import { httpUrl, integer, mountPath, optionalText, secretText, setting } from '../setting.js';

/** Where keys and secrets lie: the keyring, or a Vault. */
export const KEYS = {
  masterKeyFile: setting(
    'NUMOON_MASTER_KEY_FILE',
    optionalText,
    null,
    'Key file of the keyring; unset means master.key in the data folder. Keep it apart from backups of that folder.',
  ),

  dataKeyIdleMs: setting(
    'NUMOON_DATA_KEY_IDLE_MS',
    integer(1_000, 3_600_000),
    60_000,
    'How long an unused data key of a tenant stays in memory; with the key store down, warm tenants are served this long.',
  ),
  dataKeysHeld: setting(
    'NUMOON_DATA_KEYS_HELD',
    integer(1, 1_000_000),
    10_000,
    'Tenants whose data keys are in memory at once; about 1 KB each.',
  ),

  vaultAddress: setting(
    'VAULT_ADDR',
    httpUrl,
    null,
    'A HashiCorp Vault or OpenBao of yours for keys and secrets; unset means the keyring in the data folder. Plain http to this machine only.',
  ),
  vaultNamespace: setting(
    'VAULT_NAMESPACE',
    optionalText,
    null,
    'The namespace in Vault that everything of ours is in.',
  ),
  vaultCaFile: setting(
    'VAULT_CACERT',
    optionalText,
    null,
    "File of the certificate authority of Vault's certificate, in PEM; unset means those that Node trusts.",
  ),
  vaultToken: setting(
    'VAULT_TOKEN',
    secretText,
    null,
    'A token for Vault. It is renewed while that is possible; an AppRole can log in anew and wins where both are set.',
  ),
  vaultRoleId: setting(
    'VAULT_ROLE_ID',
    secretText,
    null,
    'Role of the AppRole login to Vault, together with VAULT_SECRET_ID.',
  ),
  vaultSecretId: setting(
    'VAULT_SECRET_ID',
    secretText,
    null,
    'Secret of the AppRole login to Vault. It must be good for more than one login.',
  ),
  vaultKvMount: setting(
    'NUMOON_VAULT_KV_MOUNT',
    mountPath,
    'numoon',
    'Where the KV engine (version 2) for secrets is mounted in Vault.',
  ),
  vaultTransitMount: setting(
    'NUMOON_VAULT_TRANSIT_MOUNT',
    mountPath,
    'numoon-transit',
    "Where the transit engine for tenants' keys is mounted in Vault.",
  ),
  vaultTimeoutMs: setting(
    'NUMOON_VAULT_TIMEOUT_MS',
    integer(100, 30_000),
    2_000,
    'How long one attempt of a call to Vault may take; a call with its repeats takes two and a half times that.',
  ),
} as const;
