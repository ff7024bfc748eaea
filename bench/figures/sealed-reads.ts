import { alternate } from '../support/alternate.js';
import type { BenchTenant } from '../support/backstage.js';
import type { Figure, Row } from '../support/figure.js';
import { prepare, twoInstallations } from '../support/installations.js';
import { addMembers } from '../support/members.js';
import { requestsOf } from '../support/requests.js';
import { NO_LIMITS, type Installation } from '../support/settings.js';
import { median, ratios } from '../support/stats.js';
import { warmServer } from '../support/warm-servers.js';

const TENANTS = 60;
/** Beside the owner: a page of 20. */
const MEMBERS = 19;
/** Many short ones: what else the machine does then hits both alike. */
const ROUNDS = 12;
const ROUND_MS = 700;

const PROGRAM = 'programs/product-keys';

/**
 * What encryption costs a request: the product with warm keys against the same product with data keys
 * that encrypt nothing (`PlainDataKey`), each over an installation of its own on the same server. Both
 * store, read and send as many bytes; both keep keys, and look them up.
 *
 * Once `GET /v1/tenant`, which opens two cells, and once a page of 20 members, which opens 40.
 */
export const sealedReads: Figure = {
  name: 'sealed-reads',
  async measure(postgres) {
    const overrides = { ...NO_LIMITS, connections: 200, connectionIdleMs: 600_000 };
    const { ours, floor } = await twoInstallations(postgres, 'plain', overrides);
    const settle = (installation: Installation) =>
      prepare(postgres, installation, async (backstage) => {
        const tenants = await backstage.openAccounts(TENANTS, 'database');
        for (const { id } of tenants) await addMembers(backstage, id, MEMBERS);
        return tenants;
      });
    const sealed = { installation: ours, tenants: await settle(ours) };
    const plain = { installation: floor, tenants: await settle(floor) };

    const small = await compare(sealed, plain, '/v1/tenant');
    const page = await compare(sealed, plain, '/v1/members?limit=20');
    return [
      {
        what: 'requests/s of a small encrypted read (2 cells), warm keys',
        ...small,
        target: { atLeast: 0.9 },
      },
      { what: 'requests/s of a page of 20 members (40 cells), warm keys', ...page, target: null },
    ];
  },
};

interface Side {
  installation: Installation;
  tenants: readonly BenchTenant[];
}

async function compare(
  sealed: Side,
  plain: Side,
  path: string,
): Promise<Omit<Row, 'what' | 'target'>> {
  const serve = ({ installation, tenants }: Side) =>
    warmServer(PROGRAM, installation, requestsOf(tenants, path));
  const ours = await serve(sealed);
  const floor = await serve(plain);
  const measured = await alternate(ROUNDS, {
    ours: () => ours.perSecond(ROUND_MS),
    floor: () => floor.perSecond(ROUND_MS),
  });
  const [used, usedPlain] = [await ours.cpuPerRequest(), await floor.cpuPerRequest()];
  await ours.stop();
  await floor.stop();
  return {
    unit: 'requests/s',
    ours: median(measured.ours),
    floor: 'the same read unencrypted',
    theirs: median(measured.floor),
    ratio: median(ratios(measured.ours, measured.floor)),
    samples: measured,
    note: `${used.toFixed(0)} microseconds of processor time a request, ${usedPlain.toFixed(0)} unencrypted`,
  };
}
