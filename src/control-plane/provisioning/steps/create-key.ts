import type { Step } from '../../../kernel/steps.js';
import type { PlannedPlacement } from '../new-placement.js';
import type { StepTools } from '../step-tools.js';

/** The tenant's own key, in the key store. Everything that will be kept of it hangs on this key. */
export function createKey({ keys }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'create-key',
    run: ({ tenantId }) => keys.create(tenantId),
    undo: ({ tenantId }) => keys.destroy(tenantId),
  };
}
