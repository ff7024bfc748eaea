import type { JobDefinition } from '../../infrastructure/jobs/job-queue.js';
import { AppError, hasCode } from '../../kernel/app-error.js';
import { isTenantId } from '../../kernel/ids.js';
import type { Tenancy } from '../../tenancy/tenancy.js';
import { centralJob } from '../../tenancy/tenant-job.js';
import type { Retries } from '../catalog/retries.js';
import type { RotateKeys } from './rotate-keys.js';

export const ROTATE_JOB = 'keys.rotate';

/** Rotations at once in one process: sealing is work for the processor. */
const CONCURRENCY = 1;

/** Goes on with a rotation. Central: it enters the tenant by itself, also a suspended one. */
export function rotateJob(tenancy: Tenancy, rotate: RotateKeys, retries: Retries): JobDefinition {
  return {
    name: ROTATE_JOB,
    concurrency: CONCURRENCY,
    handler: centralJob<{ tenantId?: unknown } | null>(tenancy, async (payload) => {
      const tenantId = payload?.tenantId;
      if (typeof tenantId !== 'string' || !isTenantId(tenantId)) {
        throw new AppError('job_without_tenant', `${ROTATE_JOB} needs a tenant id in its payload.`);
      }
      try {
        await rotate.resume(tenantId);
        await retries.forget('rotate-keys', tenantId);
      } catch (error) {
        // Somebody else is at it; the sweep looks again.
        if (hasCode(error, 'rotation_busy')) return;
        await retries.failed('rotate-keys', tenantId, error);
        throw error;
      }
    }),
  };
}
