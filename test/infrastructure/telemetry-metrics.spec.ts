import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../src/infrastructure/telemetry/metrics.js';

const ours = async (metrics = createMetrics()) =>
  (await metrics.registry.metrics()).split('\n').filter((line) => /^(numoon|http)_/.test(line));

describe('metrics', () => {
  it('hold every instrument under its agreed name and labels, and the process beside them', async () => {
    const metrics = createMetrics();
    metrics.httpRequest.observe({ route: '/v1/me', method: 'GET', status: '200' }, 0.012);
    metrics.poolEvictions.inc();
    metrics.poolWait.observe(0.2);
    metrics.provisioning.observe({ source: 'stock', outcome: 'ok' }, 0.02);
    metrics.purge.observe({ outcome: 'ok' }, 0.3);
    metrics.step.observe({ sequence: 'purge', step: 'drop-database' }, 0.06);
    metrics.jobs.inc({ name: 'tenants.sweep', outcome: 'ok' });
    const lines = await ours(metrics);
    expect(lines).toEqual(
      expect.arrayContaining([
        'http_request_duration_seconds_count{route="/v1/me",method="GET",status="200"} 1',
        'numoon_pool_evictions_total 1',
        'numoon_pool_wait_seconds_count 1',
        'numoon_provisioning_seconds_count{source="stock",outcome="ok"} 1',
        'numoon_purge_seconds_count{outcome="ok"} 1',
        'numoon_step_seconds_count{sequence="purge",step="drop-database"} 1',
        'numoon_jobs_total{name="tenants.sweep",outcome="ok"} 1',
      ]),
    );
    expect(await metrics.registry.metrics()).toContain('process_cpu_user_seconds_total');
  });

  it('have no label that could hold a tenant, and are separate for each maker', async () => {
    const [one, two] = [createMetrics(), createMetrics()];
    one.poolEvictions.inc();
    expect(await ours(two)).toContain('numoon_pool_evictions_total 0');
    for (const { name } of await one.registry.getMetricsAsJSON()) {
      const { labelNames = [] } = one.registry.getSingleMetric(name) as { labelNames?: string[] };
      expect(labelNames.filter((label) => /tenant|member|id$|address/.test(label))).toEqual([]);
    }
  });
});

describe('a live gauge', () => {
  it('is read at each scrape and drops what is no longer there', async () => {
    const metrics = createMetrics();
    let byStatus: Record<string, number> = { active: 3, failed: 1 };
    metrics.collectFrom('numoon_tenants', async () =>
      Object.entries(byStatus).map(([status, value]) => ({ labels: { status }, value })),
    );
    metrics.collectFrom('numoon_pool_waiters', () => [{ labels: {}, value: 7 }]);
    expect(await ours(metrics)).toEqual(
      expect.arrayContaining([
        'numoon_tenants{status="active"} 3',
        'numoon_tenants{status="failed"} 1',
        'numoon_pool_waiters 7',
      ]),
    );
    byStatus = { active: 4 };
    const later = await ours(metrics);
    expect(later).toContain('numoon_tenants{status="active"} 4');
    expect(later.join()).not.toContain('failed"');
  });

  it('that is not bound, fails or hangs shows no number, is counted, and does not stop the scrape', async () => {
    const metrics = createMetrics({ readTimeoutMs: 30 });
    metrics.collectFrom('numoon_pool_waiters', () => [{ labels: {}, value: 7 }]);
    await metrics.registry.metrics();
    metrics.collectFrom('numoon_pool_waiters', () => Promise.reject(new Error('late')));
    metrics.collectFrom('numoon_tenants', () => Promise.reject(new Error('database is gone')));
    metrics.collectFrom('numoon_stock_ready', () => {
      throw new Error('broken');
    });
    metrics.collectFrom('numoon_pool_connections', () => new Promise(() => undefined));
    await metrics.registry.metrics();
    const lines = await ours(metrics);
    expect(
      lines.filter((line) => /^numoon_(tenants|stock|pool_connections|pool_waiters)/.test(line)),
    ).toEqual([]);
    for (const metric of ['numoon_tenants', 'numoon_stock_ready', 'numoon_pool_connections']) {
      expect(lines.join()).toContain(`numoon_gauge_failures_total{metric="${metric}"}`);
    }
  });
});
