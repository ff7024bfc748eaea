import type { Outcome } from './vault-outcome.js';
import { isFault } from './vault-outcome.js';
import type { VaultErrorCode } from './vault.errors.js';
import type { VaultWire } from './vault-wire.js';

export type VaultState =
  | 'active'
  /** Serves by passing requests on to the active node, where it is allowed to. */
  | 'standby'
  | 'performance-standby'
  | 'disaster-recovery'
  | 'uninitialized'
  | 'sealed'
  /** No answer, or none that Vault gives. */
  | 'unknown';

/**
 * Asks for statuses by their default numbers, also where another default was configured for probes
 * through query parameters: they are ours to give, and we give none.
 */
export async function askHealth(wire: VaultWire, timeoutMs: number): Promise<VaultHealth> {
  const outcome = await wire.send(
    { operation: 'sys.health', method: 'GET', path: 'sys/health' },
    { token: null, timeoutMs, withoutNamespace: true },
  );
  return { state: stateOf(outcome), outcome };
}

export interface VaultHealth {
  state: VaultState;
  outcome: Outcome;
}

const STATES: Record<number, VaultState> = {
  429: 'standby',
  472: 'disaster-recovery',
  473: 'performance-standby',
  501: 'uninitialized',
  503: 'sealed',
};

function stateOf(outcome: Outcome): VaultState {
  if (isFault(outcome)) return STATES[outcome.status ?? 0] ?? 'unknown';
  return typeof outcome.body?.['sealed'] === 'boolean' ? 'active' : 'unknown';
}

/** The code for a state in which nothing is served, or null where something may be. */
export function codeOfState(state: VaultState): VaultErrorCode | null {
  if (state === 'sealed') return 'vault_sealed';
  if (state === 'uninitialized') return 'vault_uninitialized';
  if (state === 'disaster-recovery') return 'vault_standby';
  return null;
}
