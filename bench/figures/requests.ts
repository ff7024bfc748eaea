import { alternate } from '../support/alternate.js';
import { prepareAccounts } from '../support/backstage.js';
import type { Figure } from '../support/figure.js';
import { requestsOf } from '../support/requests.js';
import { NO_LIMITS } from '../support/settings.js';
import { median, ratios } from '../support/stats.js';
import { warmServer } from '../support/warm-servers.js';

const TENANTS = 200;
/** Many short ones: what else the machine does then hits all contenders alike. */
const ROUNDS = 15;
const ROUND_MS = 700;

/**
 * `GET /v1/tenant` with an API key (one indexed row), 200 tenants in turn over 64 connections, all
 * database connections open, against the same handler over a bare Map of pg pools (behind bare Nest, and
 * behind our own HTTP edge, which leaves the tenancy as the difference) and over one pool.
 * Each server runs in a process of its own and stays up while the others are measured.
 */
export const requests: Figure = {
  name: 'requests',
  async measure(postgres) {
    const tenants = await prepareAccounts(postgres, TENANTS, 'database');
    const { dataDir, controlUrl } = postgres;
    const overrides = { ...NO_LIMITS, connections: 400, connectionIdleMs: 600_000 };
    const load = requestsOf(tenants, '/v1/tenant');
    const product = await warmServer('programs/product', { dataDir, controlUrl, overrides }, load);
    const mapOfPools = await warmServer('peers/map-of-pools', tenants, load);
    const behindEdge = await warmServer('peers/map-of-pools-behind-edge', tenants, load);
    const fixedPool = await warmServer('peers/fixed-pool', tenants, load);

    const measured = await alternate(ROUNDS, {
      ours: () => product.perSecond(ROUND_MS),
      'map of pools': () => mapOfPools.perSecond(ROUND_MS),
      'map of pools behind the edge': () => behindEdge.perSecond(ROUND_MS),
      'fixed pool': () => fixedPool.perSecond(ROUND_MS),
    });
    const cpu = {
      ours: await product.cpuPerRequest(),
      peer: await mapOfPools.cpuPerRequest(),
      edge: await behindEdge.cpuPerRequest(),
    };
    for (const server of [product, mapOfPools, behindEdge, fixedPool]) await server.stop();
    const row = {
      what: 'requests/s, API key, one small read, 200 tenants, warm',
      unit: 'requests/s',
      ours: median(measured.ours),
    };
    return [
      {
        ...row,
        floor: 'the same handler over a bare Map of pg pools',
        theirs: median(measured['map of pools']),
        ratio: median(ratios(measured.ours, measured['map of pools'])),
        target: { atLeast: 0.95 },
        samples: measured,
        note: `${cpu.ours.toFixed(0)} microseconds of processor time a request, the peer's ${cpu.peer.toFixed(0)}`,
      },
      {
        ...row,
        floor: 'the same handler over a bare Map of pg pools, behind the same HTTP edge',
        theirs: median(measured['map of pools behind the edge']),
        ratio: median(ratios(measured.ours, measured['map of pools behind the edge'])),
        target: { atLeast: 0.95 },
        samples: {},
        note: `${cpu.edge.toFixed(0)} microseconds of processor time a request behind the edge`,
      },
      {
        ...row,
        floor: 'one fixed pool into one database',
        theirs: median(measured['fixed pool']),
        ratio: median(ratios(measured.ours, measured['fixed pool'])),
        target: null,
        samples: {},
      },
    ];
  },
};
