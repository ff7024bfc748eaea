import { startVaultServer, vaultBinary } from '../../test/support/vault-server.js';
import type { Backstage, BenchTenant } from '../support/backstage.js';
import { Child } from '../support/child.js';
import { Connection, postRequest } from '../support/connection.js';
import type { Figure, Row } from '../support/figure.js';
import { prepare } from '../support/installations.js';
import { allServed, sendAll } from '../support/load.js';
import { moveToVault } from '../support/move-to-vault.js';
import { requestsOf } from '../support/requests.js';
import { NO_LIMITS, type Installation } from '../support/settings.js';

const TENANTS = 1_000;
const READS = 9;
/** Tenants asked in turn at one time, so that their connections fit the budget. */
const BLOCK = 80;
const CONNECTIONS = 16;

/**
 * How often the key store (and the secret store) is asked: 1,000 tenants whose keys the process does
 * not hold yet are each asked once (the warm-up), then 10,000 requests over them, one in ten of which
 * writes. A count, so nothing is timed. Schema isolation, so that making 1,000 tenants takes less than
 * a minute.
 *
 * Once on the keyring; and the same tenants on a Vault where NUMOON_TEST_VAULT_BIN names a program.
 */
export const keyStoreCalls: Figure = {
  name: 'key-store-calls',
  async measure(postgres) {
    const { dataDir, controlUrl } = postgres;
    const overrides = { ...NO_LIMITS, connectionIdleMs: 600_000, dataKeyIdleMs: 600_000 };
    const installation: Installation = { dataDir, controlUrl, overrides };
    const tenants = await prepare(postgres, installation, (backstage) =>
      backstage.openAccounts(TENANTS, 'schema'),
    );
    const rows = rowsOf('keyring', await count(installation, tenants));
    if (vaultBinary === null) {
      process.stdout.write('  Skipped on Vault: NUMOON_TEST_VAULT_BIN names no program.\n');
      return rows;
    }
    const move = (vault: Vault) => (backstage: Backstage) => moveToVault(backstage, tenants, vault);
    const server = await startVaultServer();
    try {
      const vault = { address: server.address, token: server.rootToken };
      await prepare(postgres, installation, move(vault));
      return [...rows, ...rowsOf('Vault', await count({ ...installation, vault }, tenants))];
    } finally {
      await server.stop();
    }
  },
};

type Vault = NonNullable<Installation['vault']>;
type Calls = Record<string, number>;

interface Phases {
  warmUp: Calls;
  reads: Calls;
  writes: Calls;
}

async function count(installation: Installation, tenants: readonly BenchTenant[]): Promise<Phases> {
  const child = Child.start('programs/product-keys');
  const connections = await Connection.openAll(
    CONNECTIONS,
    await child.call<number>('start', installation),
  );
  let before = await child.call<Calls>('keyStoreCalls');
  /** The calls that these requests cost. */
  const during = async (requests: readonly Buffer[], status: 200 | 201): Promise<Calls> => {
    const load = await sendAll(connections, requests);
    if (status === 200) allServed(load);
    else if (load.statuses[status] !== requests.length) {
      throw new Error(`Answers were ${JSON.stringify(load.statuses)}`);
    }
    const after = await child.call<Calls>('keyStoreCalls');
    const more = Object.entries(after).map(([name, calls]) => [name, calls - (before[name] ?? 0)]);
    before = after;
    return Object.fromEntries(more.filter(([, calls]) => calls !== 0)) as Calls;
  };
  const small = requestsOf(tenants, '/v1/tenant');
  const phases = {
    warmUp: await during(small, 200),
    reads: await during(inBlocks(small, requestsOf(tenants, '/v1/members')), 200),
    writes: await during(tenants.map(createKeyRequest), 201),
  };
  for (const connection of connections) connection.close();
  await child.stop();
  return phases;
}

/** Each tenant `READS` times, the two reads in turn: a block of tenants round and round, then the next. */
function inBlocks(small: readonly Buffer[], page: readonly Buffer[]): Buffer[] {
  const requests: Buffer[] = [];
  for (let from = 0; from < small.length; from += BLOCK) {
    for (let round = 0; round < READS; round += 1) {
      requests.push(...(round % 2 === 0 ? small : page).slice(from, from + BLOCK));
    }
  }
  return requests;
}

function createKeyRequest({ apiKey }: BenchTenant): Buffer {
  const body = { name: 'A second key', role: 'analyst' };
  return postRequest('/v1/api-keys', body, { authorization: `Bearer ${apiKey}` });
}

function rowsOf(store: string, { warmUp, reads, writes }: Phases): Row[] {
  const [first, reading, writing] = [sum(warmUp), sum(reads), sum(writes)];
  const requests = TENANTS * (READS + 1);
  const all = first + reading + writing;
  return [
    {
      what: `${store} calls: ${TENANTS} tenants warmed up, then ${requests} requests`,
      unit: 'calls',
      ours: all,
      floor: 'the target itself: one a tenant',
      theirs: TENANTS,
      ratio: all / TENANTS,
      target: { atMost: 1 },
      samples: { 'warm-up': [first], reads: [reading], 'first writes': [writing] },
      note:
        `warm-up ${told(warmUp)}; ${TENANTS * READS} reads ${told(reads)}; ` +
        `a first write of each tenant ${told(writes)}`,
    },
    {
      what: `of these on the ${store}, after the warm-up`,
      unit: 'calls',
      ours: reading + writing,
      floor: 'requests after the warm-up',
      theirs: requests,
      ratio: (reading + writing) / requests,
      target: { atMost: 0 },
      samples: {},
    },
  ];
}

function sum(calls: Calls): number {
  return Object.values(calls).reduce((total, value) => total + value, 0);
}

function told(calls: Calls): string {
  const parts = Object.entries(calls).map(([operation, number]) => `${number} ${operation}`);
  return parts.length === 0 ? 'none' : parts.join(' and ');
}
