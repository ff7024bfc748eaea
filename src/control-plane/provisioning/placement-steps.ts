import type { Step } from '../../kernel/steps.js';
import type { Isolation } from '../../tenancy/tenant-record.js';
import type { PlannedPlacement } from './new-placement.js';
import { createKey } from './steps/create-key.js';
import { createDatabase } from './steps/create-database.js';
import { createRoles } from './steps/create-roles.js';
import { createSchema } from './steps/create-schema.js';
import { handOver } from './steps/hand-over.js';
import { reserve } from './steps/reserve.js';
import { verify } from './steps/verify.js';
import { writeDataKey } from './steps/write-data-key.js';
import type { StepTools } from './step-tools.js';

/**
 * What making a place for a tenant consists of, in order. Undoing runs the list from its end, so the
 * catalog's row goes last: as long as anything is left, something says that it must go.
 */
export function placementSteps(
  isolation: Isolation,
  tools: StepTools,
): readonly Step<PlannedPlacement>[] {
  return isolation === 'database'
    ? [
        reserve(tools),
        createKey(tools),
        createRoles(tools),
        createDatabase(tools),
        handOver(tools),
        writeDataKey(tools),
        verify(tools),
      ]
    : [
        reserve(tools),
        createKey(tools),
        createRoles(tools),
        createSchema(tools),
        writeDataKey(tools),
        verify(tools),
      ];
}
