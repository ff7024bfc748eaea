import type { Migration } from '../src/infrastructure/postgres/migrate.js';
import { catalog } from './0001-catalog.js';
import { integrations } from './0002-integrations.js';

/** Newest last. Only the catalog's migrations; a tenant's own are in `tenants/migrations`. */
export const CATALOG_MIGRATIONS: readonly Migration[] = [catalog, integrations];
