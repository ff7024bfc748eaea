import { identifier, secretUrl, setting } from '../setting.js';

/** Where data lives. */
export const DATABASES = {
  databaseUrl: setting(
    'DATABASE_URL',
    secretUrl('postgres:', 'postgresql:'),
    null,
    'A PostgreSQL server of yours (15 or newer) in place of the embedded one; the role needs CREATEDB and CREATEROLE, nothing more.',
  ),
  catalogDatabase: setting(
    'NUMOON_CATALOG_DATABASE',
    identifier,
    'numoon_catalog',
    'The control plane database; created when missing.',
  ),
  sharedDatabase: setting(
    'NUMOON_SHARED_DATABASE',
    identifier,
    'numoon_shared',
    'Holds the schemas of tenants with schema isolation; created when missing.',
  ),
} as const;
