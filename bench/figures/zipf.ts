import { alternate } from '../support/alternate.js';
import { prepareAccounts } from '../support/backstage.js';
import { Child } from '../support/child.js';
import { Connection } from '../support/connection.js';
import type { Figure } from '../support/figure.js';
import { allServed, inTurn, saturate } from '../support/load.js';
import { requestsOf } from '../support/requests.js';
import { NO_LIMITS } from '../support/settings.js';
import { median, quantile, ratios } from '../support/stats.js';
import { IdealLru, zipf as zipfRanks } from '../support/zipf.js';

const TENANTS = 1_000;
const BUDGET = 100;
const CONNECTIONS = 32;
/** Tenants of the warm rounds: all of them fit in the budget. */
const HOT = 64;
const ROUNDS = 5;

/**
 * 1,000 tenants, asked as often as Zipf(1.0) says, on a budget of 100 connections, against the limit
 * that this machine sets: a request costs 1/R (R: requests/s of the same server when all connections
 * are open), a miss of an ideal LRU of 100 places on the same sequence costs 1/C more (C: connections
 * opened and closed a second by a program that does nothing else, as many at once).
 *
 * The ideal needs one connection a tenant; the product needs as many as a tenant has requests at once.
 * Schema isolation, so that making 1,000 tenants takes less than a minute.
 */
export const zipf: Figure = {
  name: 'zipf',
  async measure(postgres) {
    const tenants = await prepareAccounts(postgres, TENANTS, 'schema');
    const load = requestsOf(tenants, '/v1/tenant');
    const { dataDir, controlUrl } = postgres;
    const product = Child.start('programs/product');
    const overrides = { ...NO_LIMITS, connections: BUDGET, connectionIdleMs: 600_000 };
    const port = await product.call<number>('start', { dataDir, controlUrl, overrides });
    const connections = await Connection.openAll(CONNECTIONS, port);
    const connecting = Child.start('peers/connect-loop');

    const rank = zipfRanks(TENANTS, 2026);
    const lru = new IdealLru(BUDGET);
    let uses = 0;
    let misses = 0;
    const next = (): Buffer => {
      const tenant = rank();
      uses += 1;
      if (!lru.use(tenant)) misses += 1;
      return load[tenant] as Buffer;
    };
    const run = async (ms: number) => allServed(await saturate(connections, next, ms));
    const hot = async (ms: number) =>
      allServed(await saturate(connections, inTurn(load.slice(0, HOT)), ms)).perSecond;

    const latencies: number[] = [];
    const missRates: number[] = [];
    const measured = await alternate(ROUNDS, {
      ours: async () => {
        await run(1_500);
        uses = misses = 0;
        const measuredLoad = await run(4_000);
        latencies.push(...measuredLoad.latencies);
        missRates.push(misses / uses);
        return measuredLoad.perSecond;
      },
      warm: async () => {
        await hot(1_000);
        return hot(1_500);
      },
      'connections opened': () =>
        connecting.call<number>('connects', { tenants, atOnce: CONNECTIONS, ms: 1_500 }),
    });
    for (const connection of connections) connection.close();
    await connecting.stop();
    await product.stop();
    const limits = measured.warm.map(
      (warm, round) =>
        1 / (1 / warm + (missRates[round] ?? 0) / (measured['connections opened'][round] ?? 0)),
    );
    const p99 = quantile(latencies, 0.99);
    return [
      {
        what: '1,000 tenants by Zipf(1.0), budget of 100 connections',
        unit: 'requests/s',
        ours: median(measured.ours),
        floor: 'limit: warm requests, connect time, ideal LRU',
        theirs: median(limits),
        ratio: median(ratios(measured.ours, limits)),
        target: { atLeast: 0.8 },
        samples: { ...measured, limits, missRates },
        note:
          `p50 ${quantile(latencies, 0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms at ` +
          `${CONNECTIONS} at once; warm ${median(measured.warm).toFixed(0)} requests/s, ` +
          `${median(measured['connections opened']).toFixed(0)} connections opened/s, ` +
          `ideal hit rate ${((1 - median(missRates)) * 100).toFixed(0)} %`,
      },
    ];
  },
};
