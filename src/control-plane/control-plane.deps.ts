import type { JobQueue } from '../infrastructure/jobs/job-queue.js';
import type { Logger } from '../kernel/logger.js';
import type { StepObserver } from '../kernel/steps.js';
import type { Isolation } from '../tenancy/tenant-record.js';
import type { TenantKeys } from '../tenancy/keys/tenant-keys.js';
import type { TenantDatabase } from '../tenancy/tenant-database.js';
import type { Tenancy } from '../tenancy/tenancy.js';
import type { CatalogDatabase } from './catalog/catalog-database.js';
import type { CatalogDataSource } from './catalog/catalog.data-source.js';
import type { KeyedHash } from './catalog/keyed-hash.js';
import type { TenantsRepository } from './catalog/tenants.repository.js';
import type { OpeningObserver } from './provisioning/open-account.js';
import type { PasswordKeeper } from './provisioning/sign-up.js';
import type { SignupLimiter, SignupMode } from './provisioning/signup-policy.js';
import type { StepTools } from './provisioning/step-tools.js';
import type { StorageLimits } from './storage/storage-level.js';

/** What the control plane is built from; `entry` provides it. */
export abstract class ControlPlaneDeps {
  abstract readonly tools: StepTools;
  abstract readonly catalog: CatalogDatabase;
  abstract readonly catalogDataSource: CatalogDataSource;
  abstract readonly tenants: TenantsRepository;
  abstract readonly tenancy: Tenancy;
  abstract readonly tenantKeys: TenantKeys;
  abstract readonly tenantDatabase: TenantDatabase;
  /** How long a request may still hold a value that it read before it was sealed anew. */
  abstract readonly settleSeconds: number;
  abstract readonly hash: KeyedHash;
  abstract readonly jobs: JobQueue;
  /** Forgets what the directory of this process has cached of a tenant. */
  abstract readonly forgetTenant: (tenantId: string) => void;
  abstract readonly logger: Logger;
  abstract readonly passwords: PasswordKeeper;
  abstract readonly sharedDatabase: string;
  abstract readonly storageLimits: StorageLimits;
  abstract readonly stockTargets: Readonly<Record<Isolation, number>>;
  abstract readonly signup: {
    mode: SignupMode;
    perAddress: SignupLimiter;
    inTotal: SignupLimiter;
  };
  abstract readonly publicUrl: () => string;
  abstract readonly observe: {
    opening: OpeningObserver;
    provisioningStep: StepObserver;
    purgeStep: StepObserver;
  };
  /** Chores of others that come along with every sweep. */
  abstract readonly moreChores: readonly { name: string; run(): Promise<number> }[];
}
