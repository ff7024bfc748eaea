import { hasCode } from '../../../kernel/app-error.js';
import { newTenantId } from '../../../kernel/ids.js';
import { POLICIES_OF } from '../setup/process-roles.js';
import type { ProcessRole } from '../setup/process-roles.js';
import type { VaultClient } from '../vault-client.js';
import type { Finding } from './finding.js';

/**
 * The policies let `*` pass here; transit takes no name that begins so, and answers that the path does
 * not exist. So each of these may be tried by anybody, root included, and nothing can come of it.
 */
const NO_KEY = '-numoon-check';

/** `closure`: only who ends tenants may. */
type Who = 'everyone' | 'closure' | 'nobody';

const ACTS: [what: string, area: string, body: Record<string, unknown>, who: Who][] = [
  [
    'make a key that stays in Vault',
    '',
    { type: 'aes256-gcm96', exportable: false, allow_plaintext_backup: false },
    'everyone',
  ],
  ['make a key that can be exported', '', { exportable: true }, 'nobody'],
  ['make a key with a backup in clear', '', { allow_plaintext_backup: true }, 'nobody'],
  ['make a key of another kind', '', { type: 'rsa-4096' }, 'nobody'],
  [
    'retire versions',
    '/config',
    { min_decryption_version: 1, min_encryption_version: 1 },
    'everyone',
  ],
  ['release a key for deletion', '/config', { deletion_allowed: true }, 'closure'],
  ['make a key exportable', '/config', { exportable: true }, 'nobody'],
  ['allow a backup in clear', '/config', { allow_plaintext_backup: true }, 'nobody'],
];

/**
 * Limits on parameters, which Vault does not tell when it is asked for capabilities: they show only by
 * trying.
 */
export async function checkLimits(
  client: VaultClient,
  role: ProcessRole,
  transit: string,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [what, area, body, who] of ACTS) {
    const path = `${transit}/keys/${NO_KEY}${area}`;
    const mayWell = who === 'everyone' || (who === 'closure' && endsTenants(role));
    findings.push(finding(what, mayWell, await isAllowed(client, path, body)));
  }
  // The type does not exist, so that not even root makes a key by this.
  const encrypt = `${transit}/encrypt/${newTenantId()}`;
  const body = { plaintext: '', type: 'none' };
  findings.push(finding('make a key by encrypting', false, await isAllowed(client, encrypt, body)));
  return findings;
}

function endsTenants(role: ProcessRole): boolean {
  return POLICIES_OF[role].includes('numoon-closure');
}

async function isAllowed(
  client: VaultClient,
  path: string,
  body: Record<string, unknown>,
): Promise<boolean> {
  try {
    await client.request({ operation: 'check.act', method: 'POST', path, body });
    return true;
  } catch (error) {
    if (hasCode(error, 'vault_denied')) return false;
    // Let through, and then refused for what it is.
    if (hasCode(error, 'vault_mount_missing') || hasCode(error, 'vault_refused')) return true;
    throw error;
  }
}

function finding(what: string, expected: boolean, found: boolean): Finding {
  return { what, expected: WORDS[`${expected}`], found: WORDS[`${found}`], ok: expected === found };
}

const WORDS = { true: 'allowed', false: 'denied' } as const;
