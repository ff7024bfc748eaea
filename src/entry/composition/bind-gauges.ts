import { STORAGE_LEVELS } from '../../tenancy/tenant-record.js';
import { MeasuresRepository } from '../../control-plane/storage/measures.repository.js';
import type { Stock } from '../../control-plane/provisioning/stock.js';
import { TENANT_STATUSES } from '../../tenancy/tenant-status.js';
import type { Foundation } from './foundation.js';

/** Gauges that are read at each scrape. */
export function bindGauges(foundation: Foundation, stock: Stock): void {
  const { keys, metrics, pools, tenants } = foundation;
  const measures = new MeasuresRepository(foundation.catalog);
  metrics.collectFrom('numoon_tenants', async () => {
    const counts = await tenants.countByStatus();
    return TENANT_STATUSES.map((status) => ({
      labels: { status },
      value: counts.get(status) ?? 0,
    }));
  });
  metrics.collectFrom('numoon_tenants_by_storage', async () => {
    const totals = await measures.totals();
    return STORAGE_LEVELS.map((level) => ({
      labels: { level },
      value: totals.find((it) => it.level === level)?.tenants ?? 0,
    }));
  });
  metrics.collectFrom('numoon_stored_bytes', async () => {
    const totals = await measures.totals();
    return [
      { labels: {} as Record<never, string>, value: totals.reduce((sum, it) => sum + it.bytes, 0) },
    ];
  });
  metrics.collectFrom('numoon_pool_connections', () => {
    const stats = pools.stats();
    return (['idle', 'leased', 'connecting'] as const).map((state) => ({
      labels: { state },
      value: stats[state],
    }));
  });
  metrics.collectFrom('numoon_pool_waiters', () => [
    { labels: {} as Record<never, string>, value: pools.stats().waiting },
  ]);
  metrics.collectFrom('numoon_data_keys_held', () => [
    { labels: {} as Record<never, string>, value: keys.size },
  ]);
  metrics.collectFrom('numoon_stock_ready', async () => {
    const ready = await stock.ready();
    return Object.entries(ready).map(([isolation, value]) => ({ labels: { isolation }, value }));
  });
}
