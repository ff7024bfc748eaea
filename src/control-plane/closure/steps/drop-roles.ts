import type { Step } from '../../../kernel/steps.js';
import { dropRole } from '../../provisioning/drop-role.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';
import { loginRolesOf } from '../login-roles.js';

/** The login roles, then the owner. */
export function dropRoles({ admin, catalog }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'drop-roles',
    run: async (planned) => {
      for (const role of await loginRolesOf(catalog, planned)) await dropRole(admin, role);
      await dropRole(admin, planned.placement.ownerRole);
    },
    undo: { none: 'They own nothing any more.' },
  };
}
