import type { RollCall } from '../../infrastructure/postgres/roll-call.js';
import type { KeyStore } from '../../kernel/key-store.js';
import type { SecretStore } from '../../kernel/secret-store.js';
import type { TenantLogins } from '../../tenancy/tenant-logins.js';
import type { TenantPools } from '../../tenancy/pools/tenant-pools.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { ServerAdmin } from './server-admin.js';
import type { ServerRoles } from './server-roles.js';
import type { TemplateDatabase } from './template-database.js';

/** What the steps work with. */
export interface StepTools {
  catalog: CatalogDatabase;
  admin: ServerAdmin;
  roles: ServerRoles;
  template: TemplateDatabase;
  secrets: SecretStore;
  keys: KeyStore;
  logins: TenantLogins;
  rollCall: RollCall;
  pools: TenantPools;
  limits: TenantRoleLimits;
}

/** Set on the login role itself, so that no session has to remember them. */
export interface TenantRoleLimits {
  statementTimeoutMs: number;
  /** CONNECTION LIMIT of the role, all processes together. */
  connections: number;
  /** How long unfinished work is left to its process before others may take it over. */
  leaseSeconds: number;
}
