import type { Migration } from '../src/infrastructure/postgres/migrate.js';
import { catalog } from './0001-catalog.js';
import { providerAccounts } from './0002-provider-accounts.js';
import { endings } from './0003-endings.js';
import { addresses } from './0004-addresses.js';
import { deletion } from './0005-deletion.js';
import { sizes } from './0006-sizes.js';
import { isolation } from './0007-isolation.js';

/** Newest last. Only the catalog's migrations; a tenant's own are in `tenants/migrations`. */
export const CATALOG_MIGRATIONS: readonly Migration[] = [
  catalog,
  providerAccounts,
  endings,
  addresses,
  deletion,
  sizes,
  isolation,
];
