import { join } from 'node:path';
import { CatalogDatabase } from '../../src/control-plane/catalog/catalog-database.js';
import { CatalogDirectory } from '../../src/control-plane/catalog/catalog-directory.js';
import { openCatalogDataSource } from '../../src/control-plane/catalog/catalog.data-source.js';
import { KeyedHash } from '../../src/control-plane/catalog/keyed-hash.js';
import { hasRootKey, loadRootKey } from '../../src/control-plane/catalog/root-key.js';
import { CatalogSlugDirectory } from '../../src/control-plane/catalog/slug-directory.js';
import { Retries } from '../../src/control-plane/catalog/retries.js';
import { TenantsRepository } from '../../src/control-plane/catalog/tenants.repository.js';
import { CancelClosure } from '../../src/control-plane/closure/cancel-closure.js';
import { DuePurges } from '../../src/control-plane/closure/due-purges.js';
import { PurgeTenant } from '../../src/control-plane/closure/purge-tenant.js';
import { RequestClosure } from '../../src/control-plane/closure/request-closure.js';
import { TenantFence } from '../../src/control-plane/closure/tenant-fence.js';
import { ContinueRotations } from '../../src/control-plane/keys/continue-rotations.js';
import { KeyRotationsRepository } from '../../src/control-plane/keys/key-rotations.repository.js';
import { RotateKeys } from '../../src/control-plane/keys/rotate-keys.js';
import { RotateLogin } from '../../src/control-plane/keys/rotate-login.js';
import { AbandonTenant } from '../../src/control-plane/provisioning/abandon-tenant.js';
import type { AccountSeed as SeedPort } from '../../src/control-plane/provisioning/account-seed.js';
import { Claims } from '../../src/control-plane/provisioning/claims.js';
import { OpenAccount } from '../../src/control-plane/provisioning/open-account.js';
import { PlacementFactory } from '../../src/control-plane/provisioning/placement-factory.js';
import { RestoreLogin } from '../../src/control-plane/provisioning/restore-login.js';
import { ServerAdmin } from '../../src/control-plane/provisioning/server-admin.js';
import {
  ensureServerRoles,
  ensureSharedDatabase,
  serverRoles,
} from '../../src/control-plane/provisioning/server-roles.js';
import type { StepTools } from '../../src/control-plane/provisioning/step-tools.js';
import { Stock, type StockTargets } from '../../src/control-plane/provisioning/stock.js';
import { TemplateDatabase } from '../../src/control-plane/provisioning/template-database.js';
import { DiscardStalePlaces } from '../../src/control-plane/reconciler/discard-stale-places.js';
import { FindOrphans } from '../../src/control-plane/reconciler/find-orphans.js';
import { RemoveOrphan } from '../../src/control-plane/reconciler/remove-orphan.js';
import { StopRunaways } from '../../src/control-plane/reconciler/stop-runaways.js';
import { StrayRows } from '../../src/control-plane/reconciler/stray-rows.js';
import { Sweep } from '../../src/control-plane/reconciler/sweep.js';
import { sweepChores } from '../../src/control-plane/reconciler/sweep-chores.js';
import { TakeOverUnfinished } from '../../src/control-plane/reconciler/take-over-unfinished.js';
import { MeasureStorage } from '../../src/control-plane/storage/measure-storage.js';
import { UpgradeSchemas } from '../../src/control-plane/reconciler/upgrade-schemas.js';
import { AccountSeed } from '../../src/data-plane/seed-account.js';
import { followTenants } from '../../src/entry/composition/follow-tenants.js';
import type { DataKey } from '../../src/infrastructure/envelope/data-key.js';
import { KeyringKeyStore } from '../../src/infrastructure/keyring/keyring.key-store.js';
import { KeyringSecretStore } from '../../src/infrastructure/keyring/keyring.secret-store.js';
import { loadMasterKey } from '../../src/infrastructure/keyring/master-key.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { ChangeFeed } from '../../src/infrastructure/postgres/change-feed.js';
import { DatabaseServer } from '../../src/infrastructure/postgres/database-server.js';
import { ensureDatabase } from '../../src/infrastructure/postgres/ensure-database.js';
import { RollCall } from '../../src/infrastructure/postgres/roll-call.js';
import type { AppError } from '../../src/kernel/app-error.js';
import type { KeyStore } from '../../src/kernel/key-store.js';
import { Secret } from '../../src/kernel/secret.js';
import type { StepObserver } from '../../src/kernel/steps.js';
import { TenantKeys } from '../../src/tenancy/keys/tenant-keys.js';
import { TenantPools } from '../../src/tenancy/pools/tenant-pools.js';
import { GuardedConnector } from '../../src/tenancy/guarded-connector.js';
import { TenantConnector } from '../../src/tenancy/tenant-connector.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { TenantLogins } from '../../src/tenancy/tenant-logins.js';
import type { Isolation, TenantRecord } from '../../src/tenancy/tenant-record.js';
import { type Actor, Tenancy } from '../../src/tenancy/tenancy.js';
import { TENANT_SCHEMA_VERSION } from '../../tenants/migrations/index.js';

export const TEST_ACTOR: Actor = { kind: 'system', job: 'test.lifecycle' };

/** Where one control plane of a test lies; goes to child processes as JSON. */
export interface Premises {
  controlUrl: string;
  catalogDatabase: string;
  sharedDatabase: string;
  /** Holds the keyring and its master key. */
  dataDir: string;
}

export interface ControlPlaneOptions {
  leaseSeconds?: number;
  statementTimeoutMs?: number;
  connections?: number;
  connectionsPerTenant?: number;
  waitMs?: number;
  stock?: Partial<StockTargets>;
  /** How long unused data keys stay in memory, and of how many tenants. */
  dataKeys?: { idleMs?: number; tenants?: number };
  /** Makes data keys of their material. */
  makeDataKey?: (id: number, material: Buffer) => DataKey;
  /** Stands between the seam and the key store. */
  keyStore?: (store: KeyStore) => KeyStore;
  provisioningStep?: StepObserver;
  purgeStep?: StepObserver;
}

export type ControlPlane = Awaited<ReturnType<typeof openControlPlane>>;

export function keyringDir(premises: Premises): string {
  return join(premises.dataDir, 'keyring');
}

/**
 * The control plane and the seam of one process, without HTTP, jobs and Nest: made as
 * `src/entry/composition` makes them. Every part can be taken out and called alone.
 */
export async function openControlPlane(premises: Premises, options: ControlPlaneOptions = {}) {
  const { connections = 40, connectionsPerTenant = 4, leaseSeconds = 60 } = options;
  const server = new DatabaseServer(new Secret(premises.controlUrl));
  const catalog = await CatalogDatabase.open(server, premises.catalogDatabase);
  const masterKey = await loadMasterKey({
    file: join(premises.dataDir, 'master.key'),
    storeDir: keyringDir(premises),
    createIfMissing: !(await hasRootKey(catalog)),
  });
  const secrets = await KeyringSecretStore.open({ dir: keyringDir(premises), masterKey });
  const keyring = await KeyringKeyStore.open({ dir: keyringDir(premises), masterKey });
  const keyStore = options.keyStore?.(keyring) ?? keyring;
  const rootKey = await loadRootKey(catalog, secrets);
  const logins = new TenantLogins(rootKey.derive('tenant logins'));
  const tenants = new TenantsRepository(await openCatalogDataSource(catalog));
  const feed = new ChangeFeed(
    () => server.connect(premises.catalogDatabase),
    (text, values) => catalog.query(text, values),
  );
  const directory = new CatalogDirectory(tenants, feed);
  const tenancy = new Tenancy(directory);
  const roles = serverRoles(premises.catalogDatabase);
  const admin = new ServerAdmin(server, roles.warden);
  await ensureServerRoles(admin, roles);
  await ensureDatabase(server, premises.sharedDatabase);
  await ensureSharedDatabase(admin, premises.sharedDatabase, roles);
  const template = new TemplateDatabase(admin, catalog, roles);
  await template.ensure();
  const connector = new TenantConnector(server, logins, TENANT_SCHEMA_VERSION, (id) =>
    tenants.find(id),
  );
  const { statementTimeoutMs = 15_000 } = options;
  const restoreLogin = new RestoreLogin({ catalog, admin, logins }, statementTimeoutMs);
  const guarded = new GuardedConnector(connector, restoreLogin);
  const pools = new TenantPools((tenant) => guarded.connect(tenant), {
    connections,
    connectionsPerTenant,
    waitMs: options.waitMs ?? 10_000,
    idleMs: 60_000,
  });
  const database = new TenantDatabase(tenancy, pools);
  /** Everything that looked like tampering. */
  const tampering: AppError[] = [];
  const keys = new TenantKeys(tenancy, database, keyStore, feed, {
    idleMs: options.dataKeys?.idleMs ?? 60_000,
    tenants: options.dataKeys?.tenants ?? 1_000,
    tampered: (error) => void tampering.push(error),
    ...(options.makeDataKey === undefined ? {} : { makeKey: options.makeDataKey }),
  });
  const hash = new KeyedHash(rootKey.derive('catalog directory'));
  const tools: StepTools = {
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
      statementTimeoutMs,
      connections: connectionsPerTenant * 3,
      leaseSeconds,
    },
  };
  const factory = new PlacementFactory(tools, premises.sharedDatabase, options.provisioningStep);
  const stock = new Stock(catalog, factory, { database: 0, schema: 0, ...options.stock });
  const claims = new Claims(
    catalog,
    stock,
    factory,
    new CatalogSlugDirectory(catalog, hash),
    leaseSeconds,
  );
  const abandon = new AbandonTenant(catalog, factory, leaseSeconds);
  const seed: SeedPort = new AccountSeed(tenancy, database, keys);
  const purge = new PurgeTenant(catalog, tenants, tools, options.purgeStep);
  /** Purges that the fence or the sweep put into the queue. */
  const enqueued: string[] = [];
  const enqueue = (tenantId: string): Promise<void> => {
    enqueued.push(tenantId);
    return Promise.resolve();
  };
  const fence = new TenantFence(pools, (tenantId) => directory.forget(tenantId), enqueue);
  const strayRows = new StrayRows(catalog);
  const orphans = new FindOrphans(
    catalog,
    admin,
    keyStore,
    secrets,
    roles,
    strayRows,
    template.name,
    premises.sharedDatabase,
  );
  const rotations = new KeyRotationsRepository(catalog, leaseSeconds);
  const rotateKeys = new RotateKeys(
    { catalog, tenancy, database, keys, store: keyStore },
    rotations,
    { rotated: () => Promise.resolve() },
  );
  const rotateLogin = new RotateLogin(tools, tools.limits.statementTimeoutMs);
  /** Rotations that the sweep put into the queue. */
  const enqueuedRotations: string[] = [];
  const retries = new Retries(catalog);
  const logger = createLogger({ level: 'silent' });
  const remove = new RemoveOrphan(admin, keyStore, secrets, strayRows, premises.sharedDatabase);
  const sweep = new Sweep(
    sweepChores({
      purges: new DuePurges(catalog, enqueue),
      unfinished: new TakeOverUnfinished(catalog, abandon, retries),
      stale: new DiscardStalePlaces(catalog, factory, leaseSeconds, retries),
      runaways: new StopRunaways(admin, tools.limits.statementTimeoutMs),
      upgrades: new UpgradeSchemas(catalog, admin, logger),
      storage: new MeasureStorage(
        catalog,
        admin,
        tenancy,
        { maxBytes: 0, maxRows: 0 },
        { reached: () => Promise.resolve() },
        logger,
      ),
      stock,
      find: orphans,
      remove,
      rotations: new ContinueRotations(
        rotations,
        rotateLogin,
        0,
        (tenantId) => {
          enqueuedRotations.push(tenantId);
          return Promise.resolve();
        },
        retries,
      ),
      retries,
      more: [{ name: 'put changed logins right', run: () => restoreLogin.sweep() }],
    }),
    logger,
  );
  followTenants({ catalog, directory, feed, keys, logger, pools, tenancy });
  await feed.start();

  return {
    premises,
    abandon,
    admin,
    catalog,
    claims,
    connector: guarded,
    database,
    directory,
    enqueued,
    factory,
    feed,
    fence,
    hash,
    keys,
    keyStore,
    logins,
    orphans,
    remove,
    pools,
    purge,
    restoreLogin,
    rollCall: tools.rollCall,
    rotateKeys,
    rotateLogin,
    retries,
    rotations,
    secrets,
    seed,
    server,
    stock,
    sweep,
    tampering,
    tenancy,
    tenants,
    tools,
    closures: new RequestClosure(catalog, tenants),
    cancel: new CancelClosure(catalog, tenants, fence),
    /** One signup; parts may be replaced, for failing at a point. */
    async open(
      isolation: Isolation,
      parts: { claims?: Claims; seed?: SeedPort } = {},
    ): Promise<TenantRecord> {
      const accounts = new OpenAccount(
        tenancy,
        parts.claims ?? claims,
        parts.seed ?? seed,
        abandon,
        hash,
        undefined,
        () => keys.ready('to-seal'),
      );
      const { tenant } = await accounts.execute({
        organization: 'Crater Coffee',
        owner: { name: 'Ada', email: `ada@${Date.now()}.example`, passwordHash: 'not-a-hash' },
        isolation,
        region: 'test',
      });
      return tenant;
    },
    /** As the worker does it when all waiting is over: the sweep, then whatever it put into the queue. */
    async reconcile(): Promise<void> {
      await catalog.query('UPDATE retries SET due_at = now()');
      await sweep.execute();
      for (const tenantId of enqueued.splice(0)) await purge.execute(tenantId);
      for (const tenantId of enqueuedRotations.splice(0)) await rotateKeys.resume(tenantId);
    },
    /** What a sweep would find when every process that holds work had been dead for long. */
    async expireLeases(): Promise<void> {
      await catalog.query(`WITH ready AS (
          UPDATE ready_placements SET lease_until = now() - interval '1 second'),
        upgrades AS (UPDATE schema_upgrades SET lease_until = now() - interval '1 second', retry_at = now()),
        rotations AS (UPDATE key_rotations SET lease_until = now() - interval '1 second'),
        logins AS (UPDATE login_rotations SET started_at = now() - interval '1 hour')
        UPDATE tenants SET lease_until = now() - interval '1 second'
         WHERE lease_until IS NOT NULL`);
    },
    async countOf(status: string): Promise<number> {
      const rows = await catalog.query('SELECT FROM tenants WHERE status = $1', [status]);
      return rows.length;
    },
    /** Stops what would begin anew by itself, for a process that plays dead. */
    forsake(): void {
      keys.close();
      void feed.close();
    },
    async close(): Promise<void> {
      keys.close();
      await feed.close();
      await pools.close();
      const open = pools.stats();
      await admin.close();
      await catalog.close();
      if (Object.values(open).some((count) => count !== 0)) {
        throw new Error(`Connections leaked: ${JSON.stringify(open)}`);
      }
    },
  };
}
