import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { LiveGauges } from './live-gauges.js';

/** Gauges bound with `collectFrom`, and their labels (`never`: one sample without labels). */
export interface GaugeLabels {
  numoon_tenants: 'status';
  /** `state` is idle, leased or connecting. */
  numoon_pool_connections: 'state';
  numoon_pool_waiters: never;
  numoon_stock_ready: 'isolation';
  numoon_data_keys_held: never;
  /** `level` is how near they are to what they may store. */
  numoon_tenants_by_storage: 'level';
  numoon_stored_bytes: never;
}

/** A scrape must answer also when the database behind a gauge does not. */
const READ_TIMEOUT_MS = 2_000;

/** Seconds, from a named statement to a slow report. */
const REQUEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
/** Seconds, up to the longest a request may wait for a connection. */
const WAIT_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 3, 10];
/** Seconds, from claiming from stock to dropping a large database. */
const WORK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300];

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Every instrument of the product in a registry of its own, so that tests can make as many as they
 * like. No label ever holds a tenant id, an address or anything else without a small known set of
 * values: each value is a series that Prometheus keeps.
 */
export function createMetrics({ readTimeoutMs = READ_TIMEOUT_MS } = {}) {
  const registry = new Registry();
  const registers = [registry];
  const gauges = new LiveGauges<GaugeLabels>(registry, readTimeoutMs);
  collectDefaultMetrics({ register: registry });

  gauges.define(registry, 'numoon_tenants', 'Tenants by status.', ['status']);
  gauges.define(registry, 'numoon_pool_connections', 'Tenant connections by state.', ['state']);
  gauges.define(registry, 'numoon_pool_waiters', 'Requests waiting for a connection.', []);
  gauges.define(registry, 'numoon_stock_ready', 'Placements in stock.', ['isolation']);

  gauges.define(registry, 'numoon_data_keys_held', 'Tenants whose data keys are in memory.', []);
  gauges.define(
    registry,
    'numoon_tenants_by_storage',
    'Tenants by how near they are to what they may store.',
    ['level'],
  );
  gauges.define(registry, 'numoon_stored_bytes', 'What all tenants store, as last measured.', []);

  return {
    registry,
    /** Binds a gauge to a live object; called where the object is made, so nothing here imports it. */
    collectFrom: gauges.collectFrom.bind(gauges) as typeof gauges.collectFrom,
    /** `route` is the template (`/v1/members/:id`), never the path as it was asked for. */
    httpRequest: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer a request.',
      labelNames: ['route', 'method', 'status'],
      buckets: REQUEST_BUCKETS,
      registers,
    }),
    poolEvictions: new Counter({
      name: 'numoon_pool_evictions_total',
      help: 'Idle connections closed to make room for another tenant.',
      registers,
    }),
    poolWait: new Histogram({
      name: 'numoon_pool_wait_seconds',
      help: 'Time a request waited for a connection.',
      buckets: WAIT_BUCKETS,
      registers,
    }),
    provisioning: new Histogram({
      name: 'numoon_provisioning_seconds',
      help: 'Time to make a tenant; source is stock or inline.',
      labelNames: ['source', 'outcome'],
      buckets: WORK_BUCKETS,
      registers,
    }),
    purge: new Histogram({
      name: 'numoon_purge_seconds',
      help: 'Time to destroy everything of a tenant.',
      labelNames: ['outcome'],
      buckets: WORK_BUCKETS,
      registers,
    }),
    step: new Histogram({
      name: 'numoon_step_seconds',
      help: 'Time of one step of a sequence (provisioning, purge).',
      labelNames: ['sequence', 'step'],
      buckets: WORK_BUCKETS,
      registers,
    }),
    keyStore: new Histogram({
      name: 'numoon_key_store_seconds',
      help: 'Time of a call to the key or secret store.',
      labelNames: ['operation', 'outcome'],
      buckets: WAIT_BUCKETS,
      registers,
    }),
    syncTurn: new Histogram({
      name: 'numoon_sync_turn_seconds',
      help: 'Time of one turn of reading an integration.',
      labelNames: ['provider', 'outcome'],
      buckets: WORK_BUCKETS,
      registers,
    }),
    syncPages: new Counter({
      name: 'numoon_sync_pages_total',
      help: 'Pages read from providers.',
      labelNames: ['provider'],
      registers,
    }),
    syncRecords: new Counter({
      name: 'numoon_sync_records_total',
      help: 'Source records read from providers and dropped.',
      labelNames: ['provider'],
      registers,
    }),
    syncPoints: new Counter({
      name: 'numoon_sync_points_total',
      help: 'Values handed to the metric store.',
      labelNames: ['provider'],
      registers,
    }),
    syncQuarantined: new Counter({
      name: 'numoon_sync_quarantined_pages_total',
      help: 'Pages that could not be understood.',
      labelNames: ['provider'],
      registers,
    }),
    syncWithheld: new Counter({
      name: 'numoon_sync_withheld_values_total',
      help: 'Values kept out because they look like personal data, by rule.',
      labelNames: ['provider', 'rule'],
      registers,
    }),
    syncFailures: new Counter({
      name: 'numoon_sync_failures_total',
      help: 'Turns that did not come to their end, by what that means.',
      labelNames: ['provider', 'kind'],
      registers,
    }),
    jobs: new Counter({
      name: 'numoon_jobs_total',
      help: 'Finished background jobs.',
      labelNames: ['name', 'outcome'],
      registers,
    }),
  };
}
