import type { Step } from '../../../kernel/steps.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';

/** Everything under the tenant's path in the secret store, every version. */
export function destroySecrets({ secrets }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'destroy-secrets',
    run: ({ tenantId }) => secrets.destroyTenant(tenantId),
    undo: { none: 'Destroyed secrets cannot be brought back.' },
  };
}
