import type { EventEmitter } from 'node:events';
import type { Client } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { driverOver } from '../infrastructure/postgres/connections.js';
import type { Lease } from './pools/lease.js';
import type { TenantPools } from './pools/tenant-pools.js';
import type { Tenancy } from './tenancy.js';

type Release = (error?: unknown) => void;
type Connected = (error: Error | null, client: Client | undefined, release: Release) => void;

/**
 * What TypeORM takes for a `pg.Pool`: every connection it asks for is one of the tenant in context.
 * TypeORM marks a connection it took with `release`; ours is put there for the time of the loan.
 */
function tenantScopedPool(tenancy: Tenancy, pools: TenantPools, bootstrap: () => Client | null) {
  return class TenantScopedPool {
    on(): this {
      return this;
    }

    connect(done: Connected): void {
      const first = bootstrap();
      if (first !== null) return done(null, first, () => undefined);
      let tenant;
      try {
        tenant = tenancy.current().tenant;
      } catch (error) {
        return done(error as Error, undefined, () => undefined);
      }
      void lend(pools.acquire(tenant), done);
    }

    end(done: () => void): void {
      done();
    }
  };
}

async function lend(leased: Promise<Lease>, done: Connected): Promise<void> {
  try {
    const lease = await leased;
    done(null, lease.client, (error) => lease.release(error));
  } catch (error) {
    done(error as Error, undefined, () => undefined);
  }
}

/**
 * One TypeORM DataSource for all tenants: entity metadata is built once, and each query, transaction
 * and repository call runs on a connection of the tenant in context. Built on TypeORM's public
 * `driver` option. Without a tenant in context every call fails with NoTenantError.
 *
 * @param openBootstrap a connection for the few questions TypeORM asks of a server at start-up
 *   (its version); closed before this returns
 */
export async function createTenantDataSource(
  tenancy: Tenancy,
  pools: TenantPools,
  entities: DataSourceOptions['entities'],
  openBootstrap: () => Promise<Client>,
): Promise<DataSource> {
  let bootstrap: Client | null = await openBootstrap();
  const dataSource = new DataSource({
    type: 'postgres',
    driver: driverOver(tenantScopedPool(tenancy, pools, () => bootstrap)),
    entities,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
  } as DataSourceOptions & { driver: EventEmitter });
  try {
    await dataSource.initialize();
    return dataSource;
  } finally {
    await bootstrap.end();
    bootstrap = null;
  }
}
