import type { Exchanged } from './http-exchange.js';
import type { ExchangeFailure } from './exchange-failure.js';
import type { Refusals, VaultBody } from './vault-call.js';
import type { VaultErrorCode } from './vault.errors.js';

/** What came of one exchange. */
export type Outcome = Answer | Fault;

export interface Answer {
  /** Null: nothing is there (404). */
  body: VaultBody | null;
}

export interface Fault {
  code: VaultErrorCode;
  status?: number;
  reason?: string;
  /** May it be sent again: yes, only if doing it twice does no harm, or no. */
  again: 'yes' | 'if-repeatable' | 'no';
  /** The state of the server (`/sys/health`) may explain it better than this answer does. */
  unclear: boolean;
}

/** Somebody else changed the same thing at the same moment: nothing is wrong with Vault. */
export const CONFLICT = 'conflict';

export function isFault(outcome: Outcome): outcome is Fault {
  return 'code' in outcome;
}

const FAILURE_CODES = {
  unreachable: 'vault_unreachable',
  slow: 'vault_slow',
  failing: 'vault_failing',
  untrusted: 'vault_tls_untrusted',
} as const;

export function faultOf({ kind, reason, delivered }: ExchangeFailure): Fault {
  const hopeless = kind === 'untrusted' || kind === 'failing';
  return {
    code: FAILURE_CODES[kind],
    reason,
    again: hopeless ? 'no' : delivered ? 'if-repeatable' : 'yes',
    unclear: kind === 'slow',
  };
}

/** What Vault's statuses mean: https://developer.hashicorp.com/vault/api-docs#http-status-codes */
export function outcomeOf({ status, text }: Exchanged, refusals: Refusals = []): Outcome {
  const body = parse(text);
  if (status >= 200 && status < 300) {
    return body ?? { ...fault('vault_failing', status), reason: 'not-json' };
  }
  const says = errorsIn(body?.body);
  if (status === 404) return absent(status, body?.body, says);
  if (status >= 300 && status < 400) {
    return { ...fault('vault_refused', status), reason: 'redirect', unclear: true };
  }
  if (status === 403) return fault('vault_denied', status);
  if (status === 501) return fault('vault_uninitialized', status);
  if (status === 429) return passing('vault_slow', status, 'rate-limited');
  if (status === 412 || status === 472 || status === 473) return passing('vault_standby', status);
  if (status >= 500) {
    if (says.includes('Vault is sealed')) return fault('vault_sealed', status);
    // OpenBao's storage takes one of two changes of the same entry at once, and nothing of the other.
    if (says.includes('transaction commit failed')) {
      return { ...fault('vault_failing', status), reason: CONFLICT, again: 'yes' };
    }
    return { ...passing('vault_failing', status), again: 'if-repeatable' };
  }
  // A KV engine says so for some moments after it was mounted.
  if (says.includes('Upgrading from non-versioned')) {
    return passing('vault_failing', status, 'upgrading');
  }
  if (body === undefined) return { ...fault('vault_failing', status), reason: 'not-json' };
  const reason = refusals.find(([pattern]) => pattern.test(says))?.[1];
  return { ...fault('vault_refused', status), ...(reason === undefined ? {} : { reason }) };
}

/** Vault says why (no such mount, no such path) when it is more than that nothing is there. */
function absent(status: number, body: VaultBody | undefined, says: string): Outcome {
  if (body === undefined) return { ...fault('vault_failing', status), reason: 'not-json' };
  if (says !== '') return fault('vault_mount_missing', status);
  return { body: 'data' in body ? body : null };
}

function fault(code: VaultErrorCode, status: number): Fault {
  return { code, status, again: 'no', unclear: false };
}

function passing(code: VaultErrorCode, status: number, reason?: string): Fault {
  return { code, status, again: 'yes', unclear: true, ...(reason === undefined ? {} : { reason }) };
}

function parse(text: string): { body: VaultBody } | undefined {
  if (text.trim() === '') return { body: {} };
  try {
    const body: unknown = JSON.parse(text);
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    return isObject ? { body: body as VaultBody } : undefined;
  } catch {
    return undefined;
  }
}

function errorsIn(body: VaultBody | undefined): string {
  const errors = body?.['errors'];
  return Array.isArray(errors) ? errors.map(String).join('\n') : '';
}
