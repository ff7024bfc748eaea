import { AppError } from '../../kernel/app-error.js';
import type { TenantStatus } from '../../tenancy/tenant-status.js';

/** The state table does not allow the move, or somebody else moved the tenant first. */
export class TenantMoveRefusedError extends AppError {
  constructor(tenantId: string, from: TenantStatus | 'unknown', to: TenantStatus) {
    super('tenant_move_refused', `The account is ${from} and cannot become ${to}.`, {
      fields: { tenantId, from, to },
    });
  }
}
