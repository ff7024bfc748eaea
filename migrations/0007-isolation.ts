import type { Migration } from '../src/infrastructure/postgres/migrate.js';

/**
 * breaking. An integration's id is its tenant's to choose, for whoever has SQL in the tenant's own role: it
 * names a row of the catalog only together with the tenant. Old programs look for the keys that go here.
 */
export const isolation: Migration = {
  version: 7,
  name: 'isolation',
  kind: 'breaking',
  sql: `
ALTER TABLE provider_accounts
  DROP CONSTRAINT provider_accounts_pkey,
  ADD PRIMARY KEY (tenant_id, integration_id, account_hash);
ALTER TABLE sync_schedule
  DROP CONSTRAINT sync_schedule_pkey,
  ADD PRIMARY KEY (tenant_id, integration_id);

-- The new keys begin with the tenant and do what these did.
DROP INDEX provider_accounts_by_tenant;
DROP INDEX sync_schedule_by_tenant;
`,
};
