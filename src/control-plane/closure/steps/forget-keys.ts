import type { Step } from '../../../kernel/steps.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';

/** A process that has not answered by then has its feed cut, which makes it forget everything it holds. */
const PATIENCE_MS = 5_000;

/**
 * Every process overwrites what it holds of the tenant's data keys, and says so. Before this step a
 * key that is destroyed in the store could live on in somebody's memory.
 */
export function forgetKeys({ rollCall }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'forget-keys',
    run: async ({ tenantId }) => {
      await rollCall.ask(tenantId, PATIENCE_MS);
    },
    undo: { none: 'A tenant that is being purged is served by nobody any more.' },
  };
}
