import { join } from 'node:path';
import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { Config } from '../../../config/load.js';
import { TENANT_ENTITIES } from '../../../tenants/entities/index.js';
import { TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import { CatalogDatabase, ensureDatabase } from '../../control-plane/catalog/catalog-database.js';
import { CatalogDirectory } from '../../control-plane/catalog/catalog-directory.js';
import {
  openCatalogDataSource,
  type CatalogDataSource,
} from '../../control-plane/catalog/catalog.data-source.js';
import { KeyedHash } from '../../control-plane/catalog/keyed-hash.js';
import { TenantsRepository } from '../../control-plane/catalog/tenants.repository.js';
import { ServerAdmin } from '../../control-plane/provisioning/server-admin.js';
import {
  ensureServerRoles,
  ensureSharedDatabase,
  serverRoles,
} from '../../control-plane/provisioning/server-roles.js';
import type { StepTools } from '../../control-plane/provisioning/step-tools.js';
import { TemplateDatabase } from '../../control-plane/provisioning/template-database.js';
import { JobQueue } from '../../infrastructure/jobs/job-queue.js';
import { KeyringSecretStore } from '../../infrastructure/keyring/keyring.secret-store.js';
import { loadMasterKey, type MasterKey } from '../../infrastructure/keyring/master-key.js';
import type { Logger } from '../../infrastructure/logging/logger.js';
import { ChangeFeed } from '../../infrastructure/postgres/change-feed.js';
import { DatabaseServer } from '../../infrastructure/postgres/database-server.js';
import { createMetrics, type Metrics } from '../../infrastructure/telemetry/metrics.js';
import type { Secret } from '../../kernel/secret.js';
import { TenantPools } from '../../tenancy/pools/tenant-pools.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { TenantConnector } from '../../tenancy/tenant-connector.js';
import { createTenantDataSource } from '../../tenancy/tenant-data-source.js';
import { TenantDatabase } from '../../tenancy/tenant-database.js';

/** The outside things of one process, opened, and the seam over them. Everything else is built from these. */
export interface Foundation {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  server: DatabaseServer;
  catalog: CatalogDatabase;
  catalogDataSource: CatalogDataSource;
  tenants: TenantsRepository;
  feed: ChangeFeed;
  directory: CatalogDirectory;
  tenancy: Tenancy;
  pools: TenantPools;
  tenantDatabase: TenantDatabase;
  tenantDataSource: DataSource;
  masterKey: MasterKey;
  hash: KeyedHash;
  jobs: JobQueue;
  /** For counts of limits only: a crash of the server may lose the last moments of them. */
  limitsPool: Pool;
  tools: StepTools;
  close(): Promise<void>;
}

/**
 * Opens everything in order: keys, catalog (created and migrated when missing), server roles, shared
 * database, template, pools.
 *
 * @throws AppError of whichever part refuses: master_key_*, database_unavailable, schema_mismatch
 */
export async function openFoundation(
  config: Config,
  databaseUrl: Secret,
  createLogger: (context: Tenancy['logContext']) => Logger,
): Promise<Foundation> {
  const storeDir = join(config.dataDir, 'keyring');
  const masterKey = await loadMasterKey({
    file: config.masterKeyFile ?? join(config.dataDir, 'master.key'),
    storeDir,
    createIfMissing: true,
  });
  const secrets = await KeyringSecretStore.open({ dir: storeDir, masterKey });
  const server = new DatabaseServer(databaseUrl);
  const catalog = await CatalogDatabase.open(server, config.catalogDatabase);
  const catalogDataSource = await openCatalogDataSource(catalog);
  const tenants = new TenantsRepository(catalogDataSource);
  const feed = new ChangeFeed(() => server.connect(config.catalogDatabase));
  const directory = new CatalogDirectory(tenants, feed);
  const tenancy = new Tenancy(directory);
  const logger = createLogger(() => tenancy.logContext());
  const metrics = createMetrics();

  const roles = serverRoles(config.catalogDatabase);
  const admin = new ServerAdmin(server, roles.warden);
  await ensureServerRoles(admin, roles);
  await ensureDatabase(server, config.sharedDatabase);
  await ensureSharedDatabase(admin, config.sharedDatabase, roles);
  const template = new TemplateDatabase(admin, catalog, roles);
  await template.ensure();

  const connector = new TenantConnector(server, secrets, TENANT_SCHEMA_VERSION);
  const pools = new TenantPools(
    (tenant) => connector.connect(tenant),
    {
      connections: config.connections,
      connectionsPerTenant: config.connectionsPerTenant,
      waitMs: config.connectionWaitMs,
      idleMs: config.connectionIdleMs,
    },
    {
      evicted: () => metrics.poolEvictions.inc(),
      waited: (seconds) => metrics.poolWait.observe(seconds),
    },
  );
  const tenantDatabase = new TenantDatabase(tenancy, pools);
  const tenantDataSource = await createTenantDataSource(tenancy, pools, TENANT_ENTITIES, () =>
    server.connect(config.catalogDatabase),
  );
  const jobs = new JobQueue(catalog.pool, {
    finished: (job, outcome, error) => {
      metrics.jobs.inc({ name: job, outcome });
      if (error !== undefined) logger.warn({ job, err: error }, 'a job failed');
    },
  });
  const limitsPool = new Pool({
    ...server.controlConfig(config.catalogDatabase),
    max: 4,
    allowExitOnIdle: true,
    options: '-c synchronous_commit=off',
  });
  limitsPool.on('error', () => undefined);
  await jobs.ready();
  await feed.start();

  return {
    config,
    logger,
    metrics,
    server,
    catalog,
    catalogDataSource,
    tenants,
    feed,
    directory,
    tenancy,
    pools,
    tenantDatabase,
    tenantDataSource,
    masterKey,
    hash: new KeyedHash(masterKey.derive('catalog directory')),
    jobs,
    limitsPool,
    tools: {
      catalog,
      admin,
      roles,
      template,
      secrets,
      pools,
      limits: {
        statementTimeoutMs: config.statementTimeoutMs,
        // All processes together, with room for a rolling restart.
        connections: config.connectionsPerTenant * 3,
        leaseSeconds: config.leaseSeconds,
      },
    },
    close: async () => {
      await feed.close();
      await tenantDataSource.destroy();
      await pools.close();
      await admin.close();
      await limitsPool.end();
      await catalog.close();
    },
  };
}
