import type { Step } from '../../../kernel/steps.js';
import { endSessions } from '../../provisioning/drop-place.js';
import { dropRole } from '../../provisioning/drop-role.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';
import { loginRolesOf } from '../login-roles.js';

/** The login roles, then the owner, with all that hangs on them anywhere on the server. */
export function dropRoles({ admin, catalog }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'drop-roles',
    run: async (planned) => {
      for (const loginRole of await loginRolesOf(catalog, planned)) {
        // A login that was under way while its role was shut out comes late, and nobody may end a session
        // whose role is gone.
        await endSessions(admin, { ...planned.placement, loginRole });
        await dropRole(admin, loginRole);
      }
      await dropRole(admin, planned.placement.ownerRole);
    },
    undo: { none: 'They own nothing any more.' },
  };
}
