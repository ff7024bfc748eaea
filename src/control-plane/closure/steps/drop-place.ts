import type { Step } from '../../../kernel/steps.js';
import { dropDatabase, dropSchema } from '../../provisioning/drop-place.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';

/** The tenant's database, or its schema out of the shared one. */
export function dropPlace({ admin }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'drop-place',
    run: ({ placement }) =>
      placement.isolation === 'database'
        ? dropDatabase(admin, placement)
        : dropSchema(admin, placement),
    undo: { none: 'Dropped data is gone; that is the promise.' },
  };
}
