import { AsyncLocalStorage } from 'node:async_hooks';
import { NoTenantError, NotCentralError, TenantNotFoundError } from './tenancy.errors.js';
import type { TenantDirectory } from './tenant-directory.js';
import type { TenantRecord } from './tenant-record.js';

export const ROLES = ['owner', 'admin', 'analyst'] as const;
export type Role = (typeof ROLES)[number];

/** Who acts. `id` is a member, key or session id; never a name. */
export type Actor =
  | { kind: 'member'; id: string; role: Role; sessionId: string }
  | { kind: 'api-key'; id: string; role: Role }
  | { kind: 'administrator' }
  | { kind: 'system'; job: string };

export interface TenantScope {
  kind: 'tenant';
  /** Resolved once when the scope was entered, so that one unit of work sees one placement. */
  tenant: TenantRecord;
  actor: Actor;
  requestId: string | undefined;
}

export interface CentralScope {
  kind: 'central';
  requestId: string | undefined;
}

type Scope = TenantScope | CentralScope;

const scopes = new AsyncLocalStorage<Scope>();

/**
 * The only way into a tenant. A scope is a block: it begins with a call and ends with its return,
 * and nothing sets or changes the current tenant from inside.
 */
export class Tenancy {
  constructor(private readonly directory: TenantDirectory) {}

  /**
   * Runs `work` for the tenant.
   *
   * @throws TenantNotFoundError where the catalog does not know the id
   */
  async run<T>(
    tenantId: string,
    actor: Actor,
    work: () => Promise<T>,
    requestId = this.requestId(),
  ): Promise<T> {
    const tenant = this.directory.peek(tenantId) ?? (await this.directory.find(tenantId));
    if (tenant === null) throw new TenantNotFoundError();
    return this.enter({ kind: 'tenant', tenant, actor, requestId }, work);
  }

  /** As `run`, for callers that hold the record already (the resolver, provisioning). */
  enter<T>(scope: TenantScope, work: () => T): T {
    return scopes.run(scope, work);
  }

  /** Runs `work` for no tenant, on purpose: control-plane work. */
  central<T>(work: () => T, requestId?: string): T {
    return scopes.run({ kind: 'central', requestId }, work);
  }

  /** @throws NoTenantError outside a tenant's scope */
  current(): TenantScope {
    const scope = scopes.getStore();
    if (scope?.kind !== 'tenant') throw new NoTenantError();
    return scope;
  }

  /** @throws NotCentralError unless `central` was said last */
  requireCentral(): void {
    if (scopes.getStore()?.kind !== 'central') throw new NotCentralError();
  }

  requestId(): string | undefined {
    return scopes.getStore()?.requestId;
  }

  /** Ids for a log line; undefined outside any scope. */
  logContext(): { requestId?: string; tenantId?: string } | undefined {
    const scope = scopes.getStore();
    if (scope === undefined) return undefined;
    return {
      ...(scope.requestId === undefined ? {} : { requestId: scope.requestId }),
      ...(scope.kind === 'tenant' ? { tenantId: scope.tenant.id } : {}),
    };
  }
}
