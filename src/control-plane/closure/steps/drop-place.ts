import type { Step } from '../../../kernel/steps.js';
import { dropCommonThings } from '../../provisioning/drop-common-things.js';
import { dropDatabase, dropSchema } from '../../provisioning/drop-place.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';
import { loginRolesOf } from '../login-roles.js';

/** The tenant's database, or its schema out of the shared one. */
export function dropPlace({ admin, catalog, roles }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'drop-place',
    run: async (planned) => {
      const { placement } = planned;
      if (placement.isolation === 'database') {
        await dropDatabase(admin, placement);
        // Where this role may not, the doctor has said so.
        return admin.forgetDroppedDatabases();
      }
      for (const loginRole of await loginRolesOf(catalog, planned)) {
        await dropSchema(admin, { ...placement, loginRole });
      }
      await dropCommonThings(admin, placement.database, roles.shared);
    },
    undo: { none: 'Dropped data is gone; that is the promise.' },
  };
}
