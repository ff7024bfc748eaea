import type { Migration } from '../../src/infrastructure/postgres/migrate.js';
import { baseline } from './0001-baseline.js';
import { integrations } from './0002-integrations.js';
import { grants } from './0003-grants.js';
import { sync } from './0004-sync.js';
import { metrics } from './0005-metrics.js';
import { sizes } from './0006-sizes.js';

/** Newest last. Run with the tenant's owner role; nothing here may name a catalog table. */
export const TENANT_MIGRATIONS: readonly Migration[] = [
  baseline,
  integrations,
  grants,
  sync,
  metrics,
  sizes,
];

/** The one number the resolver compares: a tenant is served only at this version. */
export const TENANT_SCHEMA_VERSION = TENANT_MIGRATIONS.length;
