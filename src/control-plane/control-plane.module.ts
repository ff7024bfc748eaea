import { type DynamicModule, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { ChangeTenant } from './admin/change-tenant.js';
import { AdminLog } from './admin/admin-log.js';
import { CreateTenant } from './admin/create-tenant.js';
import { ExamineBelongings } from './admin/examine-belongings.js';
import { ExamineServerAccess } from './admin/examine-server-access.js';
import { ExamineServerLogSettings } from './admin/examine-server-log-settings.js';
import { Examine } from './admin/examine.js';
import { ListDeadlines } from './admin/list-deadlines.js';
import { RetryWork } from './admin/retry-work.js';
import { ReadNames, ShowTenant } from './admin/show-tenant.js';
import { OperationsController } from './admin/operations.controller.js';
import { AdminTenantsController } from './admin/tenants.controller.js';
import { Retries } from './catalog/retries.js';
import { TenantsRepository } from './catalog/tenants.repository.js';
import { CancelClosure } from './closure/cancel-closure.js';
import { CloseOwnAccount } from './closure/close-own-account.js';
import { ClosureController } from './closure/closure.controller.js';
import { ClosureLink } from './closure/closure-link.js';
import { PURGE_JOB } from './closure/purge.jobs.js';
import { OwnerConfirmation } from './closure/owner-confirmation.js';
import { PurgeTenant } from './closure/purge-tenant.js';
import { ReadClosure } from './closure/read-closure.js';
import { RequestClosure } from './closure/request-closure.js';
import { TenantFence } from './closure/tenant-fence.js';
import { ControlPlaneDeps } from './control-plane.deps.js';
import { made } from './made.js';
import { ContinueRotations } from './keys/continue-rotations.js';
import { KeyRotationsRepository } from './keys/key-rotations.repository.js';
import { ROTATE_JOB } from './keys/keys.jobs.js';
import { RotateKeys, RotationNews } from './keys/rotate-keys.js';
import { RotateLogin } from './keys/rotate-login.js';
import { StartRotation } from './keys/start-rotation.js';
import { AbandonTenant } from './provisioning/abandon-tenant.js';
import { AccountSeed } from './provisioning/account-seed.js';
import { Claims } from './provisioning/claims.js';
import { OpenAccount } from './provisioning/open-account.js';
import { OwnerAddress } from './provisioning/owner-address.js';
import { PlacementFactory } from './provisioning/placement-factory.js';
import { SignUp } from './provisioning/sign-up.js';
import { SignupController } from './provisioning/signup.controller.js';
import { SignupPolicy } from './provisioning/signup-policy.js';
import { Stock } from './provisioning/stock.js';
import { CatalogSlugDirectory } from './catalog/slug-directory.js';
import { FindOrphans } from './reconciler/find-orphans.js';
import { RECONCILER } from './reconciler/reconciler.providers.js';
import { RemoveOrphan } from './reconciler/remove-orphan.js';
import { Sweep } from './reconciler/sweep.js';
import { MeasureStorage } from './storage/measure-storage.js';

const Deps = ControlPlaneDeps;

const PROVISIONING: Provider[] = [
  made(TenantsRepository, [Deps], (d) => d.tenants),
  made(Retries, [Deps], (d) => new Retries(d.catalog)),
  made(CatalogSlugDirectory, [Deps], (d) => new CatalogSlugDirectory(d.catalog, d.hash)),
  made(
    PlacementFactory,
    [Deps],
    (d) => new PlacementFactory(d.tools, d.sharedDatabase, d.observe.provisioningStep),
  ),
  made(Stock, [Deps, PlacementFactory], (d, factory) => {
    return new Stock(d.catalog, factory, d.stockTargets);
  }),
  made(
    Claims,
    [Deps, Stock, PlacementFactory, CatalogSlugDirectory],
    (d, stock, factory, slugs) =>
      new Claims(d.catalog, stock, factory, slugs, d.tools.limits.leaseSeconds),
  ),
  made(
    AbandonTenant,
    [Deps, PlacementFactory],
    (d, factory) => new AbandonTenant(d.catalog, factory, d.tools.limits.leaseSeconds),
  ),
  made(
    OpenAccount,
    [Deps, Claims, AccountSeed, AbandonTenant],
    (d, claims, seed, abandon) =>
      new OpenAccount(d.tenancy, claims, seed, abandon, d.hash, d.observe.opening, () =>
        d.tenantKeys.ready('to-seal'),
      ),
  ),
  made(
    SignupPolicy,
    [Deps],
    (d) =>
      new SignupPolicy(d.catalog, d.hash, d.signup.mode, d.signup.perAddress, d.signup.inTotal),
  ),
  made(
    SignUp,
    [Deps, SignupPolicy, OpenAccount, OwnerAddress],
    (d, policy, accounts, address) => new SignUp(policy, d.passwords, accounts, address),
  ),
];

const CLOSURE: Provider[] = [
  made(ClosureLink, [Deps], (d) => new ClosureLink(d.hash, d.publicUrl)),
  made(RequestClosure, [Deps], (d) => new RequestClosure(d.catalog, d.tenants)),
  made(CancelClosure, [Deps, TenantFence], (d, fence) => {
    return new CancelClosure(d.catalog, d.tenants, fence);
  }),
  made(
    ReadClosure,
    [Deps, ClosureLink, Retries],
    (d, link, retries) => new ReadClosure(d.catalogDataSource, link, retries),
  ),
  made(
    TenantFence,
    [Deps],
    (d) =>
      new TenantFence(d.tools.pools, d.forgetTenant, (tenantId) =>
        d.jobs.enqueue(PURGE_JOB, { tenantId }),
      ),
  ),
  made(
    CloseOwnAccount,
    [Deps, OwnerConfirmation, RequestClosure, TenantFence, ClosureLink],
    (d, owner, closures, fence, link) =>
      new CloseOwnAccount(d.tenancy, owner, closures, fence, link),
  ),
  made(
    PurgeTenant,
    [Deps],
    (d) => new PurgeTenant(d.catalog, d.tenants, d.tools, d.observe.purgeStep),
  ),
];

const KEYS: Provider[] = [
  made(
    KeyRotationsRepository,
    [Deps],
    (d) => new KeyRotationsRepository(d.catalog, d.tools.limits.leaseSeconds),
  ),
  made(
    RotateKeys,
    [Deps, KeyRotationsRepository, RotationNews],
    (d, rotations, news) =>
      new RotateKeys(
        {
          catalog: d.catalog,
          tenancy: d.tenancy,
          database: d.tenantDatabase,
          keys: d.tenantKeys,
          store: d.tools.keys,
        },
        rotations,
        news,
      ),
  ),
  made(RotateLogin, [Deps], (d) => new RotateLogin(d.tools, d.tools.limits.statementTimeoutMs)),
  made(
    StartRotation,
    [Deps, TenantsRepository, KeyRotationsRepository, AdminLog],
    (d, tenants, rotations, log) =>
      new StartRotation(tenants, rotations, log, (tenantId) =>
        d.jobs.enqueue(ROTATE_JOB, { tenantId }),
      ),
  ),
  made(
    ContinueRotations,
    [Deps, KeyRotationsRepository, RotateLogin, Retries],
    (d, rotations, login, retries) =>
      new ContinueRotations(
        rotations,
        login,
        d.settleSeconds,
        (tenantId) => d.jobs.enqueue(ROTATE_JOB, { tenantId }),
        retries,
      ),
  ),
];

const ADMIN: Provider[] = [
  made(AdminLog, [Deps], (d) => new AdminLog(d.catalog, d.tenancy)),
  made(CreateTenant, [Deps, OpenAccount, AdminLog, OwnerAddress], (d, accounts, log, address) => {
    return new CreateTenant(d.passwords, accounts, log, address);
  }),
  made(
    ChangeTenant,
    [Deps, RequestClosure, TenantFence, ClosureLink, AdminLog],
    (d, closures, fence, link, log) =>
      new ChangeTenant(d.catalog, d.tenants, closures, fence, link, log),
  ),
  made(ShowTenant, [Deps, TenantsRepository, ReadNames], (d, tenants, names) => {
    return new ShowTenant(tenants, d.tenancy, names);
  }),
  made(
    ListDeadlines,
    [Deps, Retries],
    (d, retries) => new ListDeadlines(d.catalogDataSource, retries),
  ),
  made(
    RetryWork,
    [Deps, TenantsRepository, Retries, AdminLog],
    (d, tenants, retries, log) =>
      new RetryWork(tenants, retries, log, (tenantId) => d.jobs.enqueue(PURGE_JOB, { tenantId })),
  ),
  made(
    Examine,
    [Deps, Stock, FindOrphans, RemoveOrphan, Retries],
    (d, stock, find, remove, retries) =>
      new Examine(
        d.catalog,
        stock,
        find,
        remove,
        d.tools.secrets,
        {
          log: new ExamineServerLogSettings(d.tools.admin.server),
          access: new ExamineServerAccess(d.tools.admin.server, d.sharedDatabase),
          belongings: new ExamineBelongings(d.catalog, d.tools.admin, {
            database: d.sharedDatabase,
            role: d.tools.roles.shared,
          }),
        },
        retries,
      ),
  ),
];

/** Signup, closing, the reconciler and administration. */
@Module({})
export class ControlPlaneModule {
  /** @param outside modules that provide `ControlPlaneDeps` and the ports `AccountSeed`, `OwnerAddress`,
   *   `OwnerConfirmation`, `ReadNames`, `RotationNews`, `StorageNews` and `TenantAddresses` */
  static with(...outside: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: ControlPlaneModule,
      imports: outside,
      controllers: [
        SignupController,
        ClosureController,
        AdminTenantsController,
        OperationsController,
      ],
      providers: [...PROVISIONING, ...CLOSURE, ...KEYS, ...RECONCILER, ...ADMIN],
      exports: [
        Sweep,
        MeasureStorage,
        Stock,
        PurgeTenant,
        RotateKeys,
        RotateLogin,
        CreateTenant,
        ChangeTenant,
        ShowTenant,
        RetryWork,
        Examine,
        TenantsRepository,
      ],
    };
  }
}
