import type { SyncMeter } from '../../data-plane/sync/sync-observer.js';
import type { Metrics } from '../../infrastructure/telemetry/metrics.js';

/** What syncs do, as Prometheus counts it. */
export function syncMeter(metrics: Metrics): SyncMeter {
  return {
    turn: ({ provider, status, seconds }) =>
      metrics.syncTurn.observe({ provider, outcome: status }, seconds),
    counted: (provider, { pages, records, points, quarantined, withheld }) => {
      metrics.syncPages.inc({ provider }, pages);
      metrics.syncRecords.inc({ provider }, records);
      metrics.syncPoints.inc({ provider }, points);
      metrics.syncQuarantined.inc({ provider }, quarantined);
      for (const [rule, count] of Object.entries(withheld)) {
        metrics.syncWithheld.inc({ provider, rule }, count);
      }
    },
    failed: (provider, kind) => metrics.syncFailures.inc({ provider, kind }),
  };
}
