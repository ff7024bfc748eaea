import { setTimeout as sleep } from 'node:timers/promises';
import { prepareAccounts } from '../support/backstage.js';
import type { BenchPostgres } from '../support/bench-postgres.js';
import { Child } from '../support/child.js';
import type { Figure, Row } from '../support/figure.js';
import { firstAnswerAgain } from '../support/first-answer.js';
import type { PgCtl } from '../support/pg-ctl.js';
import { progress } from '../support/progress.js';
import { requestsOf } from '../support/requests.js';
import { NO_LIMITS } from '../support/settings.js';
import { median } from '../support/stats.js';
import { SteadyClients } from '../support/steady-clients.js';

const TENANTS = 20;
const RESTARTS = 9;
/** How long all is well again before the next restart. */
const CALM_MS = 2_000;
/** So long that what has not come back by then never will. */
const PATIENCE_MS = 60_000;

/**
 * `pg_ctl restart -m fast` under a load: readers of 20 tenants, newcomers who sign up, and a whole product
 * with its background work. From the command to the first success after it, and until every tenant was
 * served and a newcomer signed up; less the time until the server answered a bare client for the first time
 * after the same restart. Only requests count that were sent once the old server was gone.
 */
export const recovery: Figure = {
  name: 'recovery',
  async measure(postgres) {
    const tenants = await prepareAccounts(postgres, TENANTS, 'database');
    const server = await postgres.leaveToPgCtl();
    const { dataDir, controlUrl } = postgres;
    // Every 503 would be a line.
    const overrides = { ...NO_LIMITS, role: 'all', logLevel: 'error' };
    const product = Child.start('programs/product');
    const port = await product.call<number>('start', { dataDir, controlUrl, overrides });
    const clients = await SteadyClients.open(port, requestsOf(tenants, '/v1/tenant'));
    const restarts: Restart[] = [];
    for (let round = 0; round < RESTARTS; round += 1) {
      progress(`restart ${round + 1} of ${RESTARTS}`);
      restarts.push(await restartUnder(clients, server, postgres));
    }
    progress('');
    await clients.stop();
    await product.stop();
    const first = row('first answer after PostgreSQL restarts under load', restarts, 'first', 2);
    const all = row('every tenant and a signup answered after it', restarts, 'all', 10);
    const statuses = JSON.stringify(clients.statuses);
    return [{ ...first, note: `${first.note}; the clients were answered ${statuses}` }, all];
  },
};

/** Seconds since the command. */
interface Restart {
  floor: number;
  first: number;
  all: number;
}

async function restartUnder(
  clients: SteadyClients,
  server: PgCtl,
  postgres: BenchPostgres,
): Promise<Restart> {
  const before = clients.watch(PATIENCE_MS);
  before.since();
  await before.answered;
  await sleep(CALM_MS);
  const session = await postgres.connect();
  const after = clients.watch(PATIENCE_MS);
  const startedAt = performance.now();
  const floor = async (): Promise<number> => {
    const at = await firstAnswerAgain(session, postgres.connect, () => after.since());
    // The old server is gone now for certain, should nobody have seen it away.
    after.since();
    return at;
  };
  const [bare, answered] = await Promise.all([floor(), after.answered, server.restart()]);
  const seconds = (at: number): number => (at - startedAt) / 1_000;
  return { floor: seconds(bare), first: seconds(answered.first), all: seconds(answered.all) };
}

/** Shows the worst restart: a target that is a time to wait is for each of them. */
function row(
  what: string,
  restarts: readonly Restart[],
  which: 'first' | 'all',
  atMost: number,
): Row & { note: string } {
  const more = restarts.map((restart) => restart[which] - restart.floor);
  const worst = more.indexOf(Math.max(...more));
  const { [which]: ours, floor } = restarts[worst] as Restart;
  const range = [Math.min(...more), median(more), Math.max(...more)];
  const [least, middle, most] = range.map((value) => value.toFixed(3));
  return {
    what: `${what}, worst of ${restarts.length}`,
    unit: 's',
    ours,
    floor: 'its first answer to a bare client',
    theirs: floor,
    ratio: ours / floor,
    difference: ours - floor,
    target: { atMost },
    samples: {
      ours: restarts.map((restart) => restart[which]),
      floor: restarts.map((restart) => restart.floor),
      difference: more,
    },
    note: `later than the bare client by ${least} s at least, ${middle} s in the median, ${most} s at most`,
  };
}
