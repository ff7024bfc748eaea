import type { Step } from '../../kernel/steps.js';
import type { PlannedPlacement } from '../provisioning/new-placement.js';
import type { StepTools } from '../provisioning/step-tools.js';
import { destroyKeys } from './steps/destroy-keys.js';
import { dropPlace } from './steps/drop-place.js';
import { dropRoles } from './steps/drop-roles.js';
import { endTenantSessions } from './steps/end-sessions.js';
import { forgetDirectory } from './steps/forget-directory.js';
import { forgetKeys } from './steps/forget-keys.js';

/**
 * What a purge consists of, in order; each safe to run twice, none with an undo: that is what a purge
 * means. Keys go before data: once they are destroyed no copy can be read, also where the rest takes
 * its time. The login role is barred first and dropped only after the database, because PostgreSQL drops
 * no role that still owns something. The placement's row goes last, with the tombstone: until then it
 * says what has to be gone.
 */
export function purgeSteps(tools: StepTools): readonly Step<PlannedPlacement>[] {
  return [
    endTenantSessions(tools),
    forgetKeys(tools),
    destroyKeys(tools),
    dropPlace(tools),
    dropRoles(tools),
    forgetDirectory(tools),
  ];
}
