import type { Step } from '../../../kernel/steps.js';
import { requireOwnStore } from '../../catalog/root-key.js';
import type { PlannedPlacement } from '../new-placement.js';
import type { StepTools } from '../step-tools.js';

/**
 * The tenant's own key, in the key store. Everything that will be kept of it hangs on this key, so it is
 * not made in a store that stands in for ours by mistake (the empty folder under a mount that is away).
 */
export function createKey({ catalog, keys, secrets }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'create-key',
    run: async ({ tenantId }) => {
      await requireOwnStore(catalog, secrets);
      await keys.create(tenantId);
    },
    undo: ({ tenantId }) => keys.destroy(tenantId),
  };
}
