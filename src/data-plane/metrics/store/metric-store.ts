import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../../../tenancy/keys/tenant-keys.js';
import { type Queryable, TenantDatabase } from '../../../tenancy/tenant-database.js';
import { KeyedTransaction } from '../../keyed-transaction.js';
import { compactSet } from './compact-set.js';
import type { MetricData, ReadMetrics, ReplaceDays } from './metric-data.js';
import { removeSets, setsToFold } from './metric-sets.repository.js';
import { readMetrics } from './read-metrics.js';
import { replaceDays } from './replace-days.js';

/** Blocks of one metric that a reader opens beside the folded ones, before they are folded too. */
const UNFOLDED_MAX = 8;

/** The metrics of the tenant in context, encrypted. How they lie is in docs/decisions/0017-metric-blocks.md. */
@Injectable()
export class MetricStore {
  constructor(
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
    private readonly keyed: KeyedTransaction,
  ) {}

  /**
   * What is stored of these metrics, as of one instant: no write is seen by halves. Series without a value
   * in these days are left out.
   *
   * @throws SealedValueBrokenError where something stored was changed or moved
   */
  read(asked: ReadMetrics): Promise<MetricData> {
    return readMetrics({ database: this.database, keys: this.keys }, asked);
  }

  /**
   * Makes `points` all there is of these metrics and days. Writers of one metric of an integration wait
   * for each other until their transactions end.
   *
   * @param tx of `KeyedTransaction`
   * @throws RangeError of a point outside, a value that is no safe integer, two values for one series and day
   */
  replace(tx: Queryable, days: ReplaceDays): Promise<{ points: number }> {
    return replaceDays(this.keys, tx, days);
  }

  /**
   * Folds what many writes left behind, so that readers open few blocks. To be called when a run of a sync
   * ends; being cut off anywhere does no harm. Each metric is a transaction of its own.
   *
   * @param unfolded how many blocks of a metric are worth it
   * @returns how many metrics were folded
   */
  async compact(integrationId: string, unfolded = UNFOLDED_MAX): Promise<number> {
    const metrics = await setsToFold(this.database, integrationId, unfolded);
    for (const metric of metrics) {
      await this.keyed.run((tx) => compactSet(this.keys, tx, integrationId, metric));
    }
    return metrics.length;
  }

  /** Removes everything of an integration. Needs no key. */
  forget(tx: Queryable, integrationId: string): Promise<void> {
    return removeSets(tx, integrationId);
  }
}
