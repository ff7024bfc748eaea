import type { Step } from '../../../kernel/steps.js';
import type { PlannedPlacement } from '../../provisioning/new-placement.js';
import type { StepTools } from '../../provisioning/step-tools.js';

/**
 * What in the catalog points to the tenant: hashes of its people's addresses, its slug and its
 * accounts at providers, kept answers, what was to be synced.
 */
export function forgetDirectory({ catalog }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'forget-directory',
    run: async ({ tenantId }) => {
      await catalog.query(
        `WITH gone AS (DELETE FROM sign_ins WHERE tenant_id = $1),
           proofs AS (DELETE FROM address_proofs WHERE tenant_id = $1),
           answers AS (DELETE FROM sealed_responses WHERE tenant_id = $1),
           rotations AS (DELETE FROM key_rotations WHERE tenant_id = $1),
           logins AS (DELETE FROM login_rotations WHERE tenant_id = $1),
           accounts AS (DELETE FROM provider_accounts WHERE tenant_id = $1),
           storage AS (DELETE FROM tenant_storage WHERE tenant_id = $1),
           upgrades AS (DELETE FROM schema_upgrades WHERE tenant_id = $1),
           retries AS (DELETE FROM retries WHERE subject = $1 AND work <> 'purge'),
           syncs AS (DELETE FROM sync_schedule WHERE tenant_id = $1)
         DELETE FROM slugs WHERE tenant_id = $1`,
        [tenantId],
      );
    },
    undo: { none: 'The hashes cannot be made again without what they were made of.' },
  };
}
