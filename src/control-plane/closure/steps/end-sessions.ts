import type { Step } from '../../../kernel/steps.js';
import { endSessions } from '../../provisioning/drop-place.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';

/** No new login, no running one: the pool of this process first, then whatever else is connected. */
export function endTenantSessions({ admin, pools }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'end-sessions',
    run: async ({ tenantId, placement }) => {
      await pools.drain(tenantId, 1_000);
      await endSessions(admin, placement);
    },
    undo: { none: 'A tenant that is being purged never connects again.' },
  };
}
