import { newRolePassword } from '../../../infrastructure/postgres/scram.js';
import type { Step } from '../../../kernel/steps.js';
import { LOGIN_SECRET } from '../../../tenancy/tenant-connector.js';
import type { PlannedPlacement } from '../new-placement.js';
import type { StepTools } from '../step-tools.js';

/** The login role's password, in the secret store before the role exists: never only in memory. */
export function storePassword({ secrets }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'store-password',
    run: async ({ tenantId }) => {
      await secrets.put({ tenantId, name: LOGIN_SECRET }, { password: newRolePassword() });
    },
    undo: ({ tenantId }) => secrets.destroyTenant(tenantId),
  };
}
