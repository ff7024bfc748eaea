import type { PolicyName } from './policy-files.js';

/** The values of NUMOON_ROLE: what a process does decides what it may do in Vault. */
export const PROCESS_ROLES = ['api', 'worker', 'all'] as const;

export type ProcessRole = (typeof PROCESS_ROLES)[number];

/**
 * A process that only answers requests never ends a tenant, so it cannot destroy a key: what a failed
 * signup leaves behind is removed by the sweep of a worker.
 */
const API = ['numoon-session', 'numoon-control-plane', 'numoon-data-plane'] as const;
const EVERYTHING = [...API, 'numoon-closure'] as const;

export const POLICIES_OF: Readonly<Record<ProcessRole, readonly PolicyName[]>> = {
  api: API,
  worker: EVERYTHING,
  all: EVERYTHING,
};

export function appRoleOf(role: ProcessRole): `numoon-${ProcessRole}` {
  return `numoon-${role}`;
}
