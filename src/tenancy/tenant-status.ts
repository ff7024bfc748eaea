/** Every state of a tenant and the moves out of it. The type comes from this table. */
export const TENANT_MOVES = {
  requested: ['provisioning'],
  provisioning: ['active', 'failed'],
  failed: ['provisioning'],
  active: ['suspended', 'closing'],
  suspended: ['active', 'closing'],
  closing: ['active', 'purging'],
  purging: ['purged'],
  purged: [],
} as const satisfies Record<string, readonly string[]>;

export type TenantStatus = keyof typeof TENANT_MOVES;

export const TENANT_STATUSES = Object.keys(TENANT_MOVES) as TenantStatus[];

export function mayMove(from: TenantStatus, to: TenantStatus): boolean {
  return (TENANT_MOVES[from] as readonly TenantStatus[]).includes(to);
}
