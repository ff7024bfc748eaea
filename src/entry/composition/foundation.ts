import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { Config } from '../../../config/load.js';
import { TENANT_ENTITIES } from '../../../tenants/entities/index.js';
import { TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import { limitHistory } from '../../connectors/limit-history.js';
import { Providers } from '../../connectors/providers.js';
import { findConnectors } from '../../connectors/registry.js';
import { CatalogDatabase } from '../../control-plane/catalog/catalog-database.js';
import { CatalogDirectory } from '../../control-plane/catalog/catalog-directory.js';
import {
  openCatalogDataSource,
  type CatalogDataSource,
} from '../../control-plane/catalog/catalog.data-source.js';
import { KeyedHash } from '../../control-plane/catalog/keyed-hash.js';
import { hasRootKey, loadRootKey, type RootKey } from '../../control-plane/catalog/root-key.js';
import { TenantsRepository } from '../../control-plane/catalog/tenants.repository.js';
import { RestoreLogin } from '../../control-plane/provisioning/restore-login.js';
import { ServerAdmin } from '../../control-plane/provisioning/server-admin.js';
import {
  ensureServerRoles,
  ensureSharedDatabase,
  serverRoles,
} from '../../control-plane/provisioning/server-roles.js';
import type { StepTools } from '../../control-plane/provisioning/step-tools.js';
import { TemplateDatabase } from '../../control-plane/provisioning/template-database.js';
import type { DataKey } from '../../infrastructure/envelope/data-key.js';
import { HttpClient } from '../../infrastructure/http-client/http-client.js';
import { JobQueue } from '../../infrastructure/jobs/job-queue.js';
import type { Logger } from '../../infrastructure/logging/logger.js';
import { ChangeFeed } from '../../infrastructure/postgres/change-feed.js';
import { ensureDatabase } from '../../infrastructure/postgres/ensure-database.js';
import { DatabaseServer } from '../../infrastructure/postgres/database-server.js';
import { inspectPooling, namesAreKept } from '../../infrastructure/postgres/inspect-pooling.js';
import { RollCall } from '../../infrastructure/postgres/roll-call.js';
import { createMetrics, type Metrics } from '../../infrastructure/telemetry/metrics.js';
import type { AppError } from '../../kernel/app-error.js';
import type { Secret } from '../../kernel/secret.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { TenantPools } from '../../tenancy/pools/tenant-pools.js';
import { StatementNames } from '../../tenancy/statement-names.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { GuardedConnector } from '../../tenancy/guarded-connector.js';
import { TenantConnector } from '../../tenancy/tenant-connector.js';
import { createTenantDataSource } from '../../tenancy/tenant-data-source.js';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import { TenantLogins } from '../../tenancy/tenant-logins.js';
import { followTenants } from './follow-tenants.js';
import { Closers } from './closers.js';
import { openStores, type StoreObserver, type Stores } from './open-stores.js';

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
  rootKey: RootKey;
  keys: TenantKeys;
  hash: KeyedHash;
  jobs: JobQueue;
  /** Every connector there is, with this installation's apps. */
  providers: Providers;
  /** The only way out to providers. */
  http: HttpClient;
  /** For counts of limits only: a crash of the server may lose the last moments of them. */
  limitsPool: Pool;
  /** Puts tenants' login roles right that were changed from inside. */
  restoreLogin: RestoreLogin;
  tools: StepTools;
  /** Called with everything that looks like tampering; in the tenant's scope. Set by who can write it down. */
  onTampering(listener: (error: AppError) => void): void;
  close(): Promise<void>;
}

export interface FoundationOptions {
  /** Makes data keys of their material; only tests and benchmarks give another. */
  makeDataKey?: (id: number, material: Buffer) => DataKey;
  /** In place of what the settings name; closed with the foundation. */
  stores?: Stores;
  /** Where connectors are looked for beside src/connectors; only tests give any. */
  connectorFolders?: readonly string[];
}

/**
 * Opens everything in order: catalog (created and migrated when missing), key store and root key, server
 * roles, shared database, template, pools.
 *
 * @throws AppError of whichever part refuses: database_unavailable, direct_url_*, pooler_*,
 *   schema_mismatch, master_key_*, root_key_*, vault_*
 */
export async function openFoundation(
  config: Config,
  databaseUrl: Secret,
  createLogger: (context: Tenancy['logContext']) => Logger,
  options: FoundationOptions = {},
): Promise<Foundation> {
  const opened = new Closers();
  try {
    return await open(config, databaseUrl, createLogger, options, opened);
  } catch (error) {
    await opened.close().catch(() => undefined);
    throw error;
  }
}

async function open(
  config: Config,
  databaseUrl: Secret,
  createLogger: (context: Tenancy['logContext']) => Logger,
  options: FoundationOptions,
  opened: Closers,
): Promise<Foundation> {
  const server = new DatabaseServer(databaseUrl, config.databaseDirectUrl);
  const pooling = await inspectPooling(server, config.databaseDirectUrl !== null);
  const catalog = await CatalogDatabase.open(server, config.catalogDatabase);
  opened.add(() => catalog.close());
  const metrics = createMetrics();
  const observe: StoreObserver = (operation, outcome, seconds) =>
    metrics.keyStore.observe({ operation, outcome }, seconds);
  const mayBegin = !(await hasRootKey(catalog));
  const stores = options.stores ?? (await openStores(config, mayBegin, observe));
  opened.add(() => stores.close());
  const { secrets, keys: keyStore } = stores;
  const rootKey = await loadRootKey(catalog, secrets);
  const logins = new TenantLogins(rootKey.derive('tenant logins'));
  const catalogDataSource = await openCatalogDataSource(catalog);
  const tenants = new TenantsRepository(catalogDataSource);
  const feed = new ChangeFeed(
    () => server.connect(config.catalogDatabase),
    (text, values) => catalog.query(text, values),
  );
  const directory = new CatalogDirectory(tenants, feed);
  const tenancy = new Tenancy(directory);
  const logger = createLogger(() => tenancy.logContext());

  const roles = serverRoles(config.catalogDatabase);
  const admin = new ServerAdmin(server, roles.warden);
  opened.add(() => admin.close());
  await ensureServerRoles(admin, roles);
  await ensureDatabase(server, config.sharedDatabase);
  await ensureSharedDatabase(admin, config.sharedDatabase, roles);
  const template = new TemplateDatabase(admin, catalog, roles);
  await template.ensure();

  const connector = new TenantConnector(server, logins, TENANT_SCHEMA_VERSION, (id) =>
    tenants.find(id),
  );
  const restoreLogin = new RestoreLogin({ catalog, admin, logins }, config.statementTimeoutMs);
  const guarded = new GuardedConnector(connector, restoreLogin);
  const pools = new TenantPools(
    (tenant) => guarded.connect(tenant),
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
  opened.add(() => pools.close());
  const names = new StatementNames(namesAreKept(pooling, config.preparedStatements));
  const tenantDatabase = new TenantDatabase(tenancy, pools, names);
  const tampering: ((error: AppError) => void)[] = [];
  const keys = new TenantKeys(tenancy, tenantDatabase, keyStore, feed, {
    idleMs: config.dataKeyIdleMs,
    tenants: config.dataKeysHeld,
    tampered: (error) => tampering.forEach((listener) => listener(error)),
    ...(options.makeDataKey === undefined ? {} : { makeKey: options.makeDataKey }),
  });
  const tenantDataSource = await createTenantDataSource(tenancy, pools, TENANT_ENTITIES, () =>
    server.connect(config.catalogDatabase),
  );
  opened.add(() => tenantDataSource.destroy());
  const jobs = new JobQueue(catalog.pool, {
    finished: (job, outcome, error) => {
      metrics.jobs.inc({ name: job, outcome });
      if (error !== undefined) logger.warn({ job, err: error }, 'a job failed');
    },
  });
  const limitsPool = server.openUnflushedPool(config.catalogDatabase, {
    max: 4,
    allowExitOnIdle: true,
  });
  opened.add(() => limitsPool.end());
  const providers = new Providers(
    limitHistory(await findConnectors(...(options.connectorFolders ?? [])), config.syncHistoryDays),
    config.providers,
  );
  const http = new HttpClient();
  opened.add(() => http.close());
  followTenants({ catalog, directory, feed, keys, logger, pools, tenancy });
  await jobs.ready();
  opened.add(() => feed.close());
  await feed.start();
  opened.add(() => keys.close());

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
    rootKey,
    keys,
    hash: new KeyedHash(rootKey.derive('catalog directory')),
    jobs,
    providers,
    http,
    limitsPool,
    restoreLogin,
    tools: {
      catalog,
      admin,
      roles,
      template,
      secrets,
      keys: keyStore,
      logins,
      rollCall: new RollCall((text, values) => catalog.query(text, values), feed),
      pools,
      limits: {
        statementTimeoutMs: config.statementTimeoutMs,
        // All processes together, with room for a rolling restart.
        connections: config.connectionsPerTenant * 3,
        leaseSeconds: config.leaseSeconds,
      },
    },
    onTampering: (listener) => void tampering.push(listener),
    close: () => opened.close(),
  };
}
