import type { Config } from '../../config/load.js';
import { alternate } from '../support/alternate.js';
import { prepareAccounts } from '../support/backstage.js';
import type { BenchPostgres } from '../support/bench-postgres.js';
import { Child } from '../support/child.js';
import { Connection } from '../support/connection.js';
import type { Figure } from '../support/figure.js';
import { allServed, inTurn, pace } from '../support/load.js';
import { requestsOf } from '../support/requests.js';
import { NO_LIMITS } from '../support/settings.js';
import { median, quantile, ratios } from '../support/stats.js';

const OTHERS = 50;
/** Requests a second of each of the others. */
const RATE = 10;
const TIMES = 100;
const ROUNDS = 6;
const ROUND_MS = 4_000;
/** Linux answers on all of 127.0.0.0/8, so that the flood can come from an address of its own. */
const FLOOD_FROM = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1';

/**
 * 50 tenants ask 10 times a second each; another asks 1,000 times a second, from another address. The
 * p99 of the 50 with that flood against theirs without it, in turns on the same server. Once with the
 * limits of production, once without any, where only the fair connection budget stands between.
 */
export const flood: Figure = {
  name: 'flood',
  async measure(postgres) {
    const tenants = await prepareAccounts(postgres, OTHERS + 1, 'schema');
    const load = requestsOf(tenants, '/v1/tenant');
    const scene = { postgres, flooder: load[0] as Buffer, others: load.slice(1) };
    const limited = await compare(scene, {});
    const unlimited = await compare(scene, NO_LIMITS);
    const floor = 'their p99 without it';
    return [
      {
        what: `p99 of ${OTHERS} tenants while another asks ${TIMES} times as often`,
        ...limited,
        floor,
        target: { atMost: 1.2 },
      },
      { what: 'the same without rate limits', ...unlimited, floor, target: null },
    ];
  },
};

interface Scene {
  postgres: BenchPostgres;
  flooder: Buffer;
  others: readonly Buffer[];
}

async function compare({ postgres, flooder, others }: Scene, overrides: Partial<Config>) {
  const { dataDir, controlUrl } = postgres;
  const product = Child.start('programs/product');
  const port = await product.call<number>('start', {
    dataDir,
    controlUrl,
    overrides: { connectionIdleMs: 600_000, ...overrides },
  });
  const flooding = Child.start('programs/flood');
  const connections = await Connection.openAll(32, port);
  const next = inTurn(others);
  const p99 = async (): Promise<number> =>
    quantile(allServed(await pace(connections, next, OTHERS * RATE, ROUND_MS)).latencies, 0.99);
  const statuses: Record<string, number> = {};
  const flood = async (): Promise<void> => {
    const counts = await flooding.call<Record<string, number>>('flood', {
      port,
      from: FLOOD_FROM,
      request: String(flooder),
      perSecond: TIMES * RATE,
      ms: ROUND_MS,
    });
    for (const [status, count] of Object.entries(counts)) {
      statuses[status] = (statuses[status] ?? 0) + count;
    }
  };
  await Promise.all([p99(), flood()]);
  const measured = await alternate(ROUNDS, {
    with: async () => (await Promise.all([p99(), flood()]))[0],
    without: p99,
  });
  for (const connection of connections) connection.close();
  await flooding.stop();
  await product.stop();
  return {
    unit: 'ms',
    ours: median(measured.with),
    theirs: median(measured.without),
    ratio: median(ratios(measured.with, measured.without)),
    samples: measured,
    note: `the flood was answered ${JSON.stringify(statuses)}`,
  };
}
