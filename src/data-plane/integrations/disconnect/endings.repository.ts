import { Injectable } from '@nestjs/common';
import { type Queryable, TenantDatabase } from '../../../tenancy/tenant-database.js';
import { hasFormOfId } from '../../id-form.js';

export interface Ending {
  disconnectedAt: Date;
  receipt: string;
  /** It was not disconnected before. */
  first: boolean;
  /** Nothing is left to be done. */
  done: boolean;
}

/**
 * - `none`: there is nothing to end, or no such integration is left.
 * - `not-ended`: nobody disconnected it.
 */
export type EndingStage = 'left-over' | 'none' | 'not-ended';

/**
 * The end of integrations, in their rows: params and account stay until all else is done, and show that
 * there is work left. Works without keys.
 */
@Injectable()
export class EndingsRepository {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * Ends it at once: no account of it blocks another integration, and nothing is due any more. Repeatable:
   * time and receipt are those of the first time. Null where there is no such integration.
   */
  async begin(tx: Queryable, id: string, receipt: string): Promise<Ending | null> {
    if (!hasFormOfId(id)) return null;
    const [row] = await tx.query<Omit<Ending, 'first'>>({
      text: `UPDATE integrations SET status = 'disconnected', account_hash = NULL, next_sync_at = NULL,
          disconnected_at = coalesce(disconnected_at, now()), receipt = coalesce(receipt, $2),
          problem = NULL, problem_at = NULL
        WHERE id = $1
        RETURNING disconnected_at AS "disconnectedAt", receipt, params IS NULL AS done`,
      values: [id, receipt],
    });
    return row === undefined ? null : { ...row, first: row.receipt === receipt };
  }

  /** Waits for who changes it at this moment, so that one about to be disconnected is not overlooked. */
  async stageOf(id: string): Promise<EndingStage> {
    const [row] = await this.database.query<{ ended: boolean; done: boolean }>({
      text: `SELECT status = 'disconnected' AS ended, params IS NULL AS done
        FROM integrations WHERE id = $1 FOR SHARE`,
      values: [id],
    });
    if (row === undefined || (row.ended && row.done)) return 'none';
    return row.ended ? 'left-over' : 'not-ended';
  }

  /**
   * Forgets what the provider and people said of it, which was kept only to end access there.
   *
   * @returns false where that was done before
   */
  async finish(on: Queryable, id: string): Promise<boolean> {
    const rows = await on.query({
      text: `UPDATE integrations SET params = NULL, account = NULL
        WHERE id = $1 AND status = 'disconnected' AND params IS NOT NULL RETURNING id`,
      values: [id],
    });
    return rows.length === 1;
  }
}
