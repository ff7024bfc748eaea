import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { KeyedTransaction } from '../../../../src/data-plane/keyed-transaction.js';
import { MetricStore } from '../../../../src/data-plane/metrics/store/metric-store.js';
import { KEY_MATERIAL_BYTES } from '../../../../src/infrastructure/envelope/data-key.js';
import { KeyringKeyStore } from '../../../../src/infrastructure/keyring/keyring.key-store.js';
import { MASTER_KEY_BYTES } from '../../../../src/infrastructure/keyring/master-key-file.js';
import { MasterKey } from '../../../../src/infrastructure/keyring/master-key.js';
import type { AppError } from '../../../../src/kernel/app-error.js';
import { addDataKey, readDataKeys } from '../../../../src/tenancy/keys/data-keys.repository.js';
import { newDataKey } from '../../../../src/tenancy/keys/new-data-key.js';
import { TenantKeys } from '../../../../src/tenancy/keys/tenant-keys.js';
import { TenantPools } from '../../../../src/tenancy/pools/tenant-pools.js';
import { Tenancy } from '../../../../src/tenancy/tenancy.js';
import { TenantDatabase } from '../../../../src/tenancy/tenant-database.js';
import type { TenantRecord } from '../../../../src/tenancy/tenant-record.js';
import {
  adminUrl,
  controlUrl,
  databaseUrl,
  dropDatabases,
} from '../../../support/test-postgres.js';
import { FakeDirectory } from '../../support/fake-directory.js';
import { createOwnDatabase, using } from '../../support/own-database.js';

export type StorePlane = Awaited<ReturnType<typeof startPlane>>;

const ACTOR = { kind: 'system', job: 'test' } as const;

/** The store on a real server, with real keys, and no more of the product than it stands on. */
export async function startPlane() {
  const directory = new FakeDirectory();
  const tenancy = new Tenancy(directory);
  const limits = { connections: 40, connectionsPerTenant: 12, waitMs: 10_000, idleMs: 60_000 };
  const pools = new TenantPools(connectTo, limits);
  const database = new TenantDatabase(tenancy, pools);
  const dir = await mkdtemp(join(tmpdir(), 'keyring-'));
  const masterKey = new MasterKey(randomBytes(MASTER_KEY_BYTES));
  const keyStore = await KeyringKeyStore.open({ dir, masterKey });
  const told: AppError[] = [];
  const keys = new TenantKeys(
    tenancy,
    database,
    keyStore,
    { live: true },
    {
      idleMs: 60_000,
      tenants: 100,
      tampered: (error) => void told.push(error),
    },
  );
  const keyed = new KeyedTransaction(keys, database);
  const databases: string[] = [];
  return {
    database,
    keyed,
    keys,
    /** A data key more, as a rotation makes it; in the tenant's scope. */
    async addKey(tenantId: string, id: number): Promise<void> {
      const [first] = await readDataKeys(database);
      const { wrapped } = await newDataKey(keyStore, tenantId, first?.wrapped ?? '');
      await addDataKey(database, { id, wrapped });
      keys.drop(tenantId);
    },
    /** Everything that looked like tampering. */
    told,
    store: new MetricStore(database, keys, keyed),
    as: <T>(tenantId: string, work: () => Promise<T>): Promise<T> =>
      tenancy.run(tenantId, ACTOR, work),
    async openTenant(): Promise<TenantRecord> {
      const tenant = await createOwnDatabase();
      databases.push(tenant.placement.database);
      directory.put(tenant);
      await keyStore.create(tenant.id);
      const wrapped = await keyStore.wrap(tenant.id, randomBytes(KEY_MATERIAL_BYTES));
      await tenancy.run(tenant.id, ACTOR, () => addDataKey(database, { id: 1, wrapped }));
      return tenant;
    },
    /** Statements as the superuser of the server, behind the product's back. */
    lookInto: <T>({ placement }: TenantRecord, work: (client: Client) => Promise<T>) =>
      using(databaseUrl(adminUrl(), placement?.database ?? ''), work),
    async close() {
      keys.close();
      await pools.close();
      const open = pools.stats();
      await dropDatabases(...databases);
      await rm(dir, { recursive: true });
      if (open.leased + open.idle + open.connecting > 0) {
        throw new Error(`Connections leaked: ${JSON.stringify(open)}`);
      }
    },
  };
}

async function connectTo({ placement }: TenantRecord): Promise<Client> {
  const client = new Client(databaseUrl(controlUrl(), placement?.database ?? ''));
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
