/**
 * An integration's states and the moves between them.
 *
 * - `connecting`: somebody is on the way to the provider's consent page, or gave up there.
 * - `active`: its tokens work and it is synced.
 * - `reconnect`: it does not go on until somebody gives consent again (a scope is missing, a key is refused).
 * - `revoked`: access was taken back at the provider.
 * - `disconnected`: somebody here ended it; nothing leads out of it.
 */
export const INTEGRATION_MOVES = {
  connecting: ['active', 'disconnected'],
  active: ['active', 'reconnect', 'revoked', 'disconnected'],
  reconnect: ['active', 'revoked', 'disconnected'],
  revoked: ['active', 'disconnected'],
  disconnected: [],
} as const satisfies Record<string, readonly string[]>;

export type IntegrationStatus = keyof typeof INTEGRATION_MOVES;

export const INTEGRATION_STATUSES = Object.keys(INTEGRATION_MOVES) as IntegrationStatus[];

/** The states from which one may move to this one. */
export function statusesBefore(to: IntegrationStatus): IntegrationStatus[] {
  return INTEGRATION_STATUSES.filter((from) =>
    (INTEGRATION_MOVES[from] as readonly string[]).includes(to),
  );
}
