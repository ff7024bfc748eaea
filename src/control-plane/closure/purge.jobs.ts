import type { JobDefinition } from '../../infrastructure/jobs/job-queue.js';
import { AppError } from '../../kernel/app-error.js';
import { isTenantId } from '../../kernel/ids.js';
import { centralJob } from '../../tenancy/tenant-job.js';
import type { Tenancy } from '../../tenancy/tenancy.js';
import type { PurgeTenant } from './purge-tenant.js';

export const PURGE_JOB = 'closure.purge';

/**
 * Central and not a tenant's: a tenant that is being purged cannot be entered any more.
 *
 * @param concurrency databases dropped at once; each drop scans shared buffers
 */
export function purgeJob(
  tenancy: Tenancy,
  purge: PurgeTenant,
  concurrency: number,
  observe: (outcome: string, seconds: number) => void,
): JobDefinition {
  return {
    name: PURGE_JOB,
    concurrency,
    handler: centralJob<{ tenantId?: unknown } | null>(tenancy, async (payload) => {
      const tenantId = payload?.tenantId;
      if (typeof tenantId !== 'string' || !isTenantId(tenantId)) {
        throw new AppError('job_without_tenant', `${PURGE_JOB} needs a tenant id in its payload.`);
      }
      const startedAt = performance.now();
      let outcome = 'failed';
      try {
        outcome = await purge.execute(tenantId);
      } finally {
        observe(outcome, (performance.now() - startedAt) / 1000);
      }
    }),
  };
}
