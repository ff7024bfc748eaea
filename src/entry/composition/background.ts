import { Retries } from '../../control-plane/catalog/retries.js';
import { purgeJob } from '../../control-plane/closure/purge.jobs.js';
import type { PurgeTenant } from '../../control-plane/closure/purge-tenant.js';
import { rotateJob } from '../../control-plane/keys/keys.jobs.js';
import type { RotateKeys } from '../../control-plane/keys/rotate-keys.js';
import type { Stock } from '../../control-plane/provisioning/stock.js';
import type { Sweep } from '../../control-plane/reconciler/sweep.js';
import type { SyncWorker } from '../../data-plane/sync/sync-worker.js';
import type { ProbeConnections } from '../../data-plane/tokens/probe-connections.js';
import { centralJob } from '../../tenancy/tenant-job.js';
import type { Foundation } from './foundation.js';

const SWEEP_JOB = 'central.sweep';
const SYNC_JOB = 'sync.sweep';
const SYNC_EVERY_MS = 1_000;
const PROBE_JOB = 'tokens.probe';
const PROBE_EVERY_MS = 60_000;

/** The work a worker process does: the sweep, purges, syncs, and refilling the stock as soon as it is drawn on. */
export async function startWorker(
  foundation: Foundation,
  work: {
    sweep: Sweep;
    purge: PurgeTenant;
    rotate: RotateKeys;
    stock: Stock;
    sync: SyncWorker;
    probe: ProbeConnections;
  },
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
  jobs.define(rotateJob(tenancy, work.rotate, new Retries(foundation.catalog)));
  // Takes what is due into this process's free places; each sweep is one process's.
  jobs.define({
    name: SYNC_JOB,
    concurrency: 1,
    handler: centralJob(tenancy, () => work.sync.sweep()),
  });
  jobs.define({
    name: PROBE_JOB,
    concurrency: 1,
    handler: centralJob(tenancy, async () => void (await work.probe.execute())),
  });
  jobs.repeat(PROBE_JOB, PROBE_EVERY_MS);
  jobs.repeat(SWEEP_JOB, config.sweepSeconds * 1_000);
  jobs.repeat(SYNC_JOB, SYNC_EVERY_MS);
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
