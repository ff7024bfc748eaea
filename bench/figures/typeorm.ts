import { alternate } from '../support/alternate.js';
import { prepareAccounts } from '../support/backstage.js';
import { Child } from '../support/child.js';
import { Connection } from '../support/connection.js';
import type { Figure } from '../support/figure.js';
import { allServed, inTurn, saturate } from '../support/load.js';
import { requestsOf } from '../support/requests.js';
import { NO_LIMITS } from '../support/settings.js';
import { median, ratios } from '../support/stats.js';
import { warmServer } from '../support/warm-servers.js';

const TENANTS = 200;
/** Many short ones: what else the machine does then hits all contenders alike. */
const ROUNDS = 15;
const ROUND_MS = 700;

/**
 * One row through a TypeORM repository, 200 tenants in turn, against the usual tutorial: a
 * request-scoped provider and a DataSource a tenant. The product checks the key, its peer nothing.
 *
 * Heap a tenant: what is in use after a collection with one open connection of each of the 200, less
 * what was in use with one tenant after as many requests.
 */
export const typeorm: Figure = {
  name: 'typeorm',
  async measure(postgres) {
    const tenants = await prepareAccounts(postgres, TENANTS, 'database');
    const { dataDir, controlUrl } = postgres;
    const overrides = { ...NO_LIMITS, connections: 400, connectionIdleMs: 600_000 };
    const installation = { dataDir, controlUrl, overrides };
    const load = requestsOf(tenants, '/bench/read');
    const ours = { program: 'programs/product-typeorm', argument: installation };
    const peer = { program: 'peers/data-source-per-tenant', argument: tenants };

    const heap = await alternate(3, {
      ours: () => heapPerTenant(ours, load),
      peer: () => heapPerTenant(peer, load),
    });
    const product = await warmServer(ours.program, ours.argument, load);
    const tutorial = await warmServer(peer.program, peer.argument, load);
    const speed = await alternate(ROUNDS, {
      ours: () => product.perSecond(ROUND_MS),
      peer: () => tutorial.perSecond(ROUND_MS),
    });
    const cpu = { ours: await product.cpuPerRequest(), peer: await tutorial.cpuPerRequest() };
    await product.stop();
    await tutorial.stop();
    const floor = 'request-scoped provider, DataSource a tenant';
    return [
      {
        what: 'requests/s through TypeORM, 200 tenants, warm',
        unit: 'requests/s',
        ours: median(speed.ours),
        floor,
        theirs: median(speed.peer),
        ratio: median(ratios(speed.ours, speed.peer)),
        target: { atLeast: 1.4 },
        samples: speed,
        note: `${cpu.ours.toFixed(0)} microseconds of processor time a request, the peer's ${cpu.peer.toFixed(0)}`,
      },
      {
        what: 'heap a tenant with an open connection',
        unit: 'KB',
        ours: median(heap.ours),
        floor,
        theirs: median(heap.peer),
        ratio: median(ratios(heap.ours, heap.peer)),
        target: { atMost: 1 / 3 },
        samples: heap,
      },
    ];
  },
};

async function heapPerTenant(
  { program, argument }: { program: string; argument: unknown },
  load: readonly Buffer[],
): Promise<number> {
  const child = Child.start(program);
  const port = await child.call<number>('start', argument);
  // One at a time, so that each tenant gets one connection.
  const connection = await Connection.open(port);
  const inUse = async (): Promise<number> => (await child.call<{ heap: number }>('memory')).heap;
  allServed(await saturate([connection], inTurn(load.slice(0, 1)), 1_500));
  const before = await inUse();
  const all = inTurn(load);
  for (let request = 0; request < 5 * load.length; request += 1) await connection.send(all());
  const after = await inUse();
  connection.close();
  await child.stop();
  return (after - before) / 1_024 / (load.length - 1);
}
