import type { Step } from '../../../kernel/steps.js';
import type { PlannedPlacement } from '../new-placement.js';
import { recordOf } from '../planned-record.js';
import type { StepTools } from '../step-tools.js';

/**
 * Connects as the tenant will: opening a pooled connection checks database, role, schema and version.
 * The connection stays in the pool, where the first request finds it warm.
 */
export function verify({ pools }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'verify',
    run: async (planned) => {
      const lease = await pools.acquire(recordOf(planned, 'provisioning'));
      lease.release();
    },
    undo: ({ tenantId }) => pools.drain(tenantId, 0),
  };
}
