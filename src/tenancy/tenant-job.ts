import { AppError } from '../kernel/app-error.js';
import { isTenantId } from '../kernel/ids.js';
import type { Tenancy } from './tenancy.js';

/** What every job of a tenant carries: ids, never content. */
export interface TenantJobPayload {
  tenantId: string;
}

export class JobWithoutTenantError extends AppError {
  constructor(job: string) {
    super('job_without_tenant', `The job ${job} has no valid tenant id in its payload.`, {
      fields: { job },
    });
  }
}

/**
 * Wraps a handler so that it runs inside its tenant and nowhere else. A payload without a tenant is
 * refused, because running it anyway would mean running it for whoever comes to mind.
 *
 * @throws JobWithoutTenantError | TenantNotFoundError
 */
export function tenantJob<Payload extends TenantJobPayload>(
  tenancy: Tenancy,
  job: string,
  handler: (payload: Payload) => Promise<void>,
): (payload: unknown) => Promise<void> {
  return async (payload) => {
    const tenantId = (payload as Partial<TenantJobPayload> | null)?.tenantId;
    if (typeof tenantId !== 'string' || !isTenantId(tenantId)) throw new JobWithoutTenantError(job);
    await tenancy.run(tenantId, { kind: 'system', job }, () => handler(payload as Payload));
  };
}

/** Wraps a handler that works for no tenant, on purpose. */
export function centralJob<Payload>(
  tenancy: Tenancy,
  handler: (payload: Payload) => Promise<void>,
): (payload: unknown) => Promise<void> {
  return (payload) => tenancy.central(() => handler(payload as Payload));
}
