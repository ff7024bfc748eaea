import { AppError } from '../../kernel/app-error.js';

/**
 * What can go wrong with Vault, and what to try. Made from a code and our own words only: never from a
 * request, an answer or another library's error, since those carry tokens and secrets. So there is no
 * `cause` either.
 *
 * `fields.operation` names the call (`transit.unwrap`), `fields.reason` tells cases of one code apart.
 */
export class VaultError extends AppError {
  declare readonly code: VaultErrorCode;
  declare readonly fields: VaultErrorFields;

  constructor(code: VaultErrorCode, fields: VaultErrorFields = {}, message?: string) {
    super(code, message ?? REASONS[fields.reason ?? ''] ?? MESSAGES[code], { fields });
  }
}

export interface VaultErrorFields {
  readonly [name: string]: string | number | undefined;
  readonly operation?: string;
  readonly status?: number;
  readonly reason?: string;
}

export type VaultErrorCode = keyof typeof MESSAGES;

const MESSAGES = {
  vault_sealed: 'Vault is sealed: unseal it. Work goes on within seconds, without a restart.',
  vault_uninitialized:
    'Vault is not initialised: initialise it, unseal it, run numoon vault setup.',
  vault_standby:
    'This Vault node is a standby that does not serve requests: point VAULT_ADDR at the active node or at a load balancer.',
  vault_unreachable: 'Vault cannot be reached: check VAULT_ADDR, the network and that it runs.',
  vault_slow: 'Vault did not answer in time: look at its load, its storage and its audit devices.',
  vault_failing:
    'Vault fails to serve: look at its log, its storage and its audit devices (a blocked one stops all requests).',
  vault_denied:
    'Vault denied this: run numoon vault check to see what the policy of the role lacks.',
  vault_refused: 'Vault refused the request as wrong: its audit log shows what was asked.',
  vault_mount_missing:
    'Vault has no engine mounted there: run numoon vault setup, or check NUMOON_VAULT_KV_MOUNT, NUMOON_VAULT_TRANSIT_MOUNT and VAULT_NAMESPACE.',
  vault_tls_untrusted:
    "Vault's certificate is not trusted: set VAULT_CACERT to the file of its certificate authority.",
  vault_address_insecure:
    'VAULT_ADDR is plain http to another machine, which would send the token in clear: use https.',
  vault_address_invalid:
    'VAULT_ADDR must be an http or https address without user, password, query and fragment.',
  vault_credentials_missing:
    'Vault needs VAULT_ROLE_ID together with VAULT_SECRET_ID, or VAULT_TOKEN.',
  secret_path_invalid:
    'A secret belongs to a tenant id (tnt_...), and its name has 1 to 100 letters, digits, "-" and "_".',
  secret_unreadable: 'There is something at the path of a secret, but it cannot be read as one.',
};

/** Where the reason says more than the code. */
const REASONS: Readonly<Record<string, string>> = {
  redirect:
    'Vault answered with a redirect, which is not followed since it would carry the token elsewhere: point VAULT_ADDR at the server itself.',
  'not-json':
    'What answers at VAULT_ADDR does not speak as Vault does: check the address, its port, and http or https.',
  'answer-too-large':
    'What answers at VAULT_ADDR sent more than Vault ever does: check the address.',
  queue: 'Too many calls to Vault are waiting already: it is slow, or it is asked too much.',
  'rate-limited': 'Vault has a limit on requests and we reached it: raise the quota of this role.',
  closed: 'The connection to Vault was closed: the program is stopping.',
  'ca-file': 'The file in VAULT_CACERT cannot be read, or holds no certificate.',
  'soft-deleted':
    'The secret was deleted by hand and can still be restored: undelete it in Vault, or destroy it for good.',
};
