import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeTenant } from '../../../control-plane/admin/change-tenant.js';
import { RotateKeys } from '../../../control-plane/keys/rotate-keys.js';
import { RotateLogin } from '../../../control-plane/keys/rotate-login.js';
import { StartRotation } from '../../../control-plane/keys/start-rotation.js';
import { ForgetAbandoned } from '../../../data-plane/integrations/connect/forget-abandoned.js';
import type { NuMoon } from '../with-numoon.js';
import { lockOneselfOut } from './sql-acts.js';
import { ACTOR, type Subject } from './subject.js';
import type { Witness } from './witness.js';

/** What the control plane does to tenants, and what jobs of theirs do, while they are being used. */
export type UpkeepAct = (
  numoon: NuMoon,
  witness: Witness,
  of: Subject,
  other: Subject,
) => Promise<void>;

export const UPKEEP_ACTS: Readonly<Record<string, UpkeepAct>> = {
  'rotate keys': async ({ get, signal }, _, { tenantId }) => {
    await get(RotateKeys).execute(tenantId, { signal });
  },

  'rotate keys by a job': ({ get }, _, { tenantId }) => get(StartRotation).execute(tenantId),

  'rotate the login': ({ get }, _, { tenantId }) => get(RotateLogin).execute(tenantId),

  /** Every process closes its connections of the tenant. */
  'evict pools': async ({ get }, _, { tenantId }) => {
    await get(ChangeTenant).suspend(tenantId);
    await sleep(200);
    await get(ChangeTenant).resume(tenantId);
  },

  /** The row of the other tenant's integration, as if this one had begun it days ago. */
  'plant ids of another tenant': async (numoon, witness, of, other) => {
    const { get, foundation } = numoon;
    await foundation.tenancy.run(of.tenantId, ACTOR, async () => {
      await foundation.tenantDatabase.query({
        text: `INSERT INTO integrations (id, provider, status, created_at)
          VALUES ($1, 'stripe', 'connecting', now() - interval '3 days') ON CONFLICT DO NOTHING`,
        values: [other.baitId],
      });
      await get(ForgetAbandoned).execute();
    });
    await requireUnharmed(numoon, witness, of, other);
  },

  'lock oneself out': (numoon, witness, of) => lockOneselfOut(numoon, witness, of),
};

/** What the catalog has of its integration is still there. */
export async function requireUnharmed(
  { foundation }: NuMoon,
  witness: Witness,
  by: Subject,
  other: Subject,
): Promise<void> {
  const [row] = await foundation.catalog.query<{ rows: number }>(
    `SELECT (SELECT count(*)::int FROM sync_schedule WHERE tenant_id = $1 AND integration_id = $2)
          + (SELECT count(*)::int FROM provider_accounts
              WHERE tenant_id = $1 AND integration_id = $2) AS rows`,
    [other.tenantId, other.baitId],
  );
  if (row?.rows !== 2) witness.crossed('plant ids of another tenant', by, other, 'was harmed');
}
