import { DataSource, type DataSourceOptions } from 'typeorm';
import { driverOver } from '../../infrastructure/postgres/connections.js';
import type { CatalogDatabase } from './catalog-database.js';
import { ClosureEntity } from '../closure/closure.entity.js';
import { DeadlineEntity } from './deadline.entity.js';
import { PlacementEntity, ReadyPlacementEntity } from './placement.entity.js';
import { ServerEntity } from './server.entity.js';
import { SignInEntity } from './sign-in.entity.js';
import { TenantStorageEntity } from './tenant-storage.entity.js';
import { TenantEntity } from './tenant.entity.js';

export const CATALOG_ENTITIES = [
  TenantEntity,
  PlacementEntity,
  TenantStorageEntity,
  ReadyPlacementEntity,
  ServerEntity,
  SignInEntity,
  DeadlineEntity,
  ClosureEntity,
];

/** A class of its own so that Nest can tell it from the tenants' DataSource. */
export class CatalogDataSource extends DataSource {}

/** The catalog's entities over the catalog's one pool (TypeORM's public `driver` option). */
export async function openCatalogDataSource(catalog: CatalogDatabase): Promise<CatalogDataSource> {
  class SharedPool {
    constructor() {
      return catalog.pool;
    }
  }
  const dataSource = new CatalogDataSource({
    type: 'postgres',
    driver: driverOver(SharedPool),
    entities: CATALOG_ENTITIES,
    installExtensions: false,
    synchronize: false,
  } as unknown as DataSourceOptions);
  await dataSource.initialize();
  return dataSource;
}
