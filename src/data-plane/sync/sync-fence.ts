import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../tenancy/tenant-database.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import { SyncFencedError } from './sync.errors.js';

export interface Fence {
  integrationId: string;
  /** Grows with each run. */
  number: string;
}

export interface TakenFence extends Fence {
  /** Keyed hash of what stored points are counted in; null before the first. */
  basis: Buffer | null;
  /** When the provider was last asked what the account is. */
  accountAt: Date | null;
}

/**
 * Lets one run write, the newest. A worker that was taken for dead and was not finds its number outdated
 * and can commit nothing; nor can one whose integration was ended meanwhile.
 */
@Injectable()
export class SyncFence {
  constructor(private readonly keyed: KeyedTransaction) {}

  /** Shuts out every run before. Null: the integration is not active. */
  async take(tx: Queryable, integrationId: string): Promise<TakenFence | null> {
    const [row] = await tx.query<{
      fence: string;
      basis_hash: Buffer | null;
      account_at: Date | null;
    }>({
      text: `INSERT INTO sync_fences (integration_id, fence)
        SELECT id, 1 FROM integrations WHERE id = $1 AND status = 'active'
        ON CONFLICT (integration_id) DO UPDATE SET fence = sync_fences.fence + 1
        RETURNING fence, basis_hash, account_at`,
      values: [integrationId],
    });
    if (row === undefined) return null;
    return { integrationId, number: row.fence, basis: row.basis_hash, accountAt: row.account_at };
  }

  /**
   * A keyed transaction in which no other run can have taken over.
   *
   * @throws SyncFencedError before `work`, and what it throws
   */
  run<T>(fence: Fence, work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.keyed.run(async (tx) => {
      await this.hold(tx, fence);
      return work(tx);
    });
  }

  /** @throws SyncFencedError */
  async hold(tx: Queryable, { integrationId, number }: Fence): Promise<void> {
    const [row] = await tx.query<{ fence: string; status: string }>({
      name: 'sync-hold-fence',
      text: `SELECT fence, status FROM sync_fences f JOIN integrations i ON i.id = f.integration_id
        WHERE f.integration_id = $1 FOR UPDATE OF f FOR SHARE OF i`,
      values: [integrationId],
    });
    if (row?.fence !== number || row.status !== 'active') throw new SyncFencedError(integrationId);
  }

  /** Whether no run has begun after this one; also where the integration was ended. */
  async isNewest(tx: Queryable, { integrationId, number }: Fence): Promise<boolean> {
    const [row] = await tx.query<{ fence: string }>({
      text: 'SELECT fence FROM sync_fences WHERE integration_id = $1 FOR UPDATE',
      values: [integrationId],
    });
    return row?.fence === number;
  }

  /** Notes what the account was found to be. */
  async note(tx: Queryable, fence: Fence, basis: Buffer, accountAt: Date): Promise<void> {
    await tx.query({
      text: 'UPDATE sync_fences SET basis_hash = $2, account_at = $3 WHERE integration_id = $1',
      values: [fence.integrationId, basis, accountAt],
    });
  }
}
