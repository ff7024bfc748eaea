import type { Step } from '../../../kernel/steps.js';
import { FIRST_DATA_KEY, newDataKey } from '../../../tenancy/keys/new-data-key.js';
import type { PlannedPlacement } from '../new-placement.js';
import { recordOf } from '../planned-record.js';
import type { StepTools } from '../step-tools.js';

/** The first data key, wrapped, into the tenant's own database: from then on it can seal and open. */
export function writeDataKey({ keys, pools }: StepTools): Step<PlannedPlacement> {
  return {
    name: 'write-data-key',
    run: async (planned) => {
      // Wrapped before a connection is taken: the key store may be slow.
      const { wrapped } = await newDataKey(keys, planned.tenantId);
      const lease = await pools.acquire(recordOf(planned, 'provisioning'));
      try {
        // Its commit need not be flushed by itself: whoever makes this place known commits later into
        // the same log. The second run keeps the key of the first.
        await lease.client.query(
          `WITH unflushed AS (SELECT set_config('synchronous_commit', 'off', true))
           INSERT INTO data_keys (id, wrapped) SELECT $1, $2 FROM unflushed ON CONFLICT DO NOTHING`,
          [FIRST_DATA_KEY, wrapped],
        );
        lease.release();
      } catch (error) {
        lease.release(error);
        throw error;
      }
    },
    undo: { none: 'It lies inside the database or schema, which goes as a whole.' },
  };
}
