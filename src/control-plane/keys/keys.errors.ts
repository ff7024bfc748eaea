import { AppError } from '../../kernel/app-error.js';

/** Another process is rotating this tenant's keys now. */
export class RotationBusyError extends AppError {
  constructor(tenantId: string) {
    super('rotation_busy', 'The keys of this account are being rotated by another process.', {
      fields: { tenantId },
    });
  }
}

/** Only tenants with a place of their own have keys to rotate. */
export class RotationRefusedError extends AppError {
  constructor(tenantId: string, status: string) {
    super('rotation_refused', `An account that is ${status} has no keys to rotate.`, {
      fields: { tenantId, status },
    });
  }
}
