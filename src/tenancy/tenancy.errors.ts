import { AppError } from '../kernel/app-error.js';
import type { TenantStatus } from './tenant-status.js';

/** Code that needs a tenant ran outside `tenancy.run`. Always a fault of ours. */
export class NoTenantError extends AppError {
  constructor() {
    super(
      'no_tenant',
      'No tenant is in context. Enter one with tenancy.run, or say tenancy.central.',
    );
  }
}

/** Work over many tenants ran without having said so. Always a fault of ours. */
export class NotCentralError extends AppError {
  constructor() {
    super('not_central', 'Work over many tenants has to say so, with tenancy.central.');
  }
}

/** Says the same whether the tenant never was, is no longer, or is somebody else's. */
export class TenantNotFoundError extends AppError {
  constructor() {
    super('tenant_not_found', 'There is no such tenant.');
  }
}

export class TenantNotServedError extends AppError {
  constructor(tenantId: string, status: TenantStatus) {
    super(`tenant_${status}`, REASONS[status], { fields: { tenantId, status } });
  }
}

const REASONS: Record<TenantStatus, string> = {
  requested: 'The account is not ready yet. Try again shortly.',
  provisioning: 'The account is not ready yet. Try again shortly.',
  failed: 'The account could not be set up.',
  active: 'The account is active.',
  suspended: 'The account is suspended. Contact your administrator.',
  closing: 'The account is being closed; only its owner may read, export or cancel the closure.',
  purging: 'The account is being deleted.',
  purged: 'The account is gone.',
};

/** The tenant's database has another schema version than this program serves. */
export class SchemaVersionError extends AppError {
  constructor(tenantId: string, found: number, wanted: number) {
    super('tenant_schema_outdated', 'The account is being upgraded. Try again shortly.', {
      fields: { tenantId, found, wanted },
    });
  }
}

/** Every connection the budget allows is in use and none came free in time. */
export class ConnectionsExhaustedError extends AppError {
  constructor(waitedMs: number) {
    super('connections_exhausted', 'Too many requests are being worked on. Try again shortly.', {
      fields: { waitedMs },
    });
  }
}

/** The tenant was moved, suspended or closed while the call waited for a connection. */
export class TenantDrainedError extends AppError {
  constructor() {
    super('tenant_drained', 'The account changed while the request waited. Try again.');
  }
}

/** The tenant's login role was changed from inside, and could not be put right just now. Never served. */
export class LoginChangedError extends AppError {
  constructor(tenantId: string, cause?: unknown) {
    super(
      'login_changed',
      "The settings of the account's database login were changed from inside and are being put right. Try again shortly; if it persists, change the login (`numoon keys rotate --logins`).",
      { fields: { tenantId }, cause },
    );
  }
}

/** A new connection landed somewhere else than the placement says. Never served. */
export class PlacementMismatchError extends AppError {
  constructor(tenantId: string) {
    super('placement_mismatch', 'The account cannot be reached safely.', { fields: { tenantId } });
  }
}

/** The tenant stores as much as it may. */
export class StorageFullError extends AppError {
  constructor(tenantId: string) {
    super(
      'storage_full',
      'The account stores as much as it may, so nothing is added. Reading goes on, and deleting and disconnecting until it is far above that. Delete something, or ask your administrator for more room.',
      { fields: { tenantId } },
    );
  }
}
