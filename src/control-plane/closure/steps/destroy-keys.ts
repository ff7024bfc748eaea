import type { Step } from '../../../kernel/steps.js';
import { requireOwnStore } from '../../catalog/root-key.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';

/**
 * The tenant's key in the key store, all versions; then everything under its path in the secret store.
 * The moment of the promise: what is left of the tenant in replicas, logs, backups and dead rows is
 * ciphertext under a key that is no more. It comes before the drop, which only tidies up.
 *
 * In a store that is away (its folder not mounted, its Vault set up anew) nothing would be found and all
 * seem done, while the key lives on where the store is. So the store has to prove first that it is ours.
 */
export function destroyKeys({ catalog, keys, secrets }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'destroy-keys',
    run: async ({ tenantId }) => {
      await requireOwnStore(catalog, secrets);
      await keys.destroy(tenantId);
      await secrets.destroyTenant(tenantId);
    },
    undo: { none: 'Destroyed keys cannot be brought back; that is the promise.' },
  };
}
