import type { Migration } from '../../src/infrastructure/postgres/migrate.js';
import { baseline } from './0001-baseline.js';

/** Newest last. Run with the tenant's owner role; nothing here may name a catalog table. */
export const TENANT_MIGRATIONS: readonly Migration[] = [baseline];

/** The one number the resolver compares: a tenant is served only at this version. */
export const TENANT_SCHEMA_VERSION = TENANT_MIGRATIONS.length;
