import { setTimeout as sleep } from 'node:timers/promises';
import { alternate, timed } from '../support/alternate.js';
import { Child } from '../support/child.js';
import type { Figure } from '../support/figure.js';
import { prepare } from '../support/installations.js';
import { addMembers } from '../support/members.js';
import { PacedReader } from '../support/paced-reader.js';
import { requestsOf } from '../support/requests.js';
import { NO_LIMITS, type Installation } from '../support/settings.js';
import { median, ratios } from '../support/stats.js';
import { UpdateInPlace } from '../support/update-in-place.js';

const ROWS = 20_000;
const NEIGHBOUR_ROWS = 100;
/** Requests a second of each of the two tenants. */
const RATE = 100;
const ROUNDS = 4;
const QUIET_MS = 5_000;

const quiet = () => sleep(QUIET_MS);

/**
 * Sealing 20,000 members of one tenant anew (three cells each), in the process that serves it, as
 * npm start does it. Meanwhile that tenant and a neighbour ask for pages of 20 members at a fixed rate:
 * their p99 against their p99 without a rotation, in turns on the same server. The rows a second are
 * held against one bare UPDATE that writes the same three columns of all rows as they are.
 */
export const reencryption: Figure = {
  name: 'reencryption',
  async measure(postgres) {
    const { dataDir, controlUrl } = postgres;
    const overrides = { ...NO_LIMITS, connectionIdleMs: 600_000, dataKeyIdleMs: 600_000 };
    const installation: Installation = { dataDir, controlUrl, overrides };
    const [tenant, neighbour] = await prepare(postgres, installation, async (backstage) => {
      const large = await backstage.openAccount('large', 'database');
      const small = await backstage.openAccount('small', 'database');
      await addMembers(backstage, large.id, ROWS);
      await addMembers(backstage, small.id, NEIGHBOUR_ROWS);
      return [large, small] as const;
    });
    const product = Child.start('programs/product-keys');
    const port = await product.call<number>('start', installation);
    const page = requestsOf([tenant, neighbour], '/v1/members?limit=20');
    const own = await PacedReader.open(port, page[0] as Buffer, RATE);
    const other = await PacedReader.open(port, page[1] as Buffer, RATE);
    const columns = ['name', 'email', 'password_hash'];
    const bare = await UpdateInPlace.open(tenant.login, { table: 'members', columns });

    const rotate = () => product.call<{ rows: number; ms: number }>('rotate', tenant.id);
    const p99: Record<Measure, number[]> = { own: [], ownQuiet: [], other: [], otherQuiet: [] };
    const readDuring = async <T>(work: () => Promise<T>, suffix: '' | 'Quiet'): Promise<T> => {
      const done = work();
      const both = await Promise.all([own.p99During(done), other.p99During(done)]);
      p99[`own${suffix}`].push(both[0]);
      p99[`other${suffix}`].push(both[1]);
      return done;
    };
    const rotateAndSettle = async (): Promise<number> => {
      const { rows, ms } = await readDuring(rotate, '');
      await product.call('settle', tenant.id);
      return (rows / ms) * 1_000;
    };
    // Code that has not run yet is no part of a p99.
    await rotateAndSettle();
    p99.own.length = p99.other.length = 0;
    const measured = await alternate(ROUNDS, {
      ours: rotateAndSettle,
      quiet: async () => timed(() => readDuring(quiet, 'Quiet')),
      bare: async () => (ROWS / (await timed(() => bare.run()))) * 1_000,
    });
    for (const it of [own, other, bare]) await it.close();
    await product.stop();
    return [
      {
        what: 'rows sealed anew by a rotation (3 cells each), beside reads',
        unit: 'rows/s',
        ours: median(measured.ours),
        floor: 'one bare UPDATE of the same columns',
        theirs: median(measured.bare),
        ratio: median(ratios(measured.ours, measured.bare)),
        target: null,
        samples: { ours: measured.ours, floor: measured.bare },
      },
      latency('p99 of a page of members while its tenant is sealed anew', p99.own, p99.ownQuiet),
      latency('p99 of another tenant meanwhile', p99.other, p99.otherQuiet),
    ];
  },
};

type Measure = 'own' | 'ownQuiet' | 'other' | 'otherQuiet';

function latency(what: string, ours: number[], theirs: number[]) {
  return {
    what,
    unit: 'ms',
    ours: median(ours),
    floor: 'its p99 without it',
    theirs: median(theirs),
    ratio: median(ratios(ours, theirs)),
    target: { atMost: 1.5 },
    samples: { ours, floor: theirs },
  };
}
