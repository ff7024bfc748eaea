import type { Step } from '../../../kernel/steps.js';
import { dropRole } from '../../provisioning/drop-role.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';

/** The login role, then the owner. */
export function dropRoles({ admin }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'drop-roles',
    run: async ({ placement }) => {
      await dropRole(admin, placement.loginRole);
      await dropRole(admin, placement.ownerRole);
    },
    undo: { none: 'They own nothing any more.' },
  };
}
