import type { Step } from '../../../kernel/steps.js';
import { endSessions } from '../../provisioning/drop-place.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';
import { loginRolesOf } from '../login-roles.js';

/** No new login, no running one: the pool of this process first, then whatever else is connected. */
export function endTenantSessions({ admin, catalog, pools }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'end-sessions',
    run: async (planned) => {
      await pools.drain(planned.tenantId, 1_000);
      for (const loginRole of await loginRolesOf(catalog, planned)) {
        await endSessions(admin, { ...planned.placement, loginRole });
      }
    },
    undo: { none: 'A tenant that is being purged never connects again.' },
  };
}
