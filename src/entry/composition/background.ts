import { purgeJob } from '../../control-plane/closure/purge.jobs.js';
import type { PurgeTenant } from '../../control-plane/closure/purge-tenant.js';
import { rotateJob } from '../../control-plane/keys/keys.jobs.js';
import type { RotateKeys } from '../../control-plane/keys/rotate-keys.js';
import type { Stock } from '../../control-plane/provisioning/stock.js';
import type { Sweep } from '../../control-plane/reconciler/sweep.js';
import { centralJob } from '../../tenancy/tenant-job.js';
import type { Foundation } from './foundation.js';

const SWEEP_JOB = 'central.sweep';

/** The work a worker process does: the sweep, purges, and refilling the stock as soon as it is drawn on. */
export async function startWorker(
  foundation: Foundation,
  work: { sweep: Sweep; purge: PurgeTenant; rotate: RotateKeys; stock: Stock },
): Promise<void> {
  const { config, feed, jobs, logger, metrics, tenancy } = foundation;
  jobs.define({
    name: SWEEP_JOB,
    concurrency: 1,
    handler: centralJob(tenancy, () => work.sweep.execute()),
  });
  jobs.define(
    purgeJob(tenancy, work.purge, config.maxConcurrentDrops, (outcome, seconds) =>
      metrics.purge.observe({ outcome }, seconds),
    ),
  );
  jobs.define(rotateJob(tenancy, work.rotate));
  jobs.repeat(SWEEP_JOB, config.sweepSeconds * 1_000);
  feed.on('change', (change) => {
    if (change.kind !== 'stock') return;
    tenancy.central(() => {
      work.stock.refill().catch((error: unknown) => {
        logger.warn({ err: error }, 'the stock could not be refilled; the sweep tries again');
      });
    });
  });
  await jobs.start();
}
