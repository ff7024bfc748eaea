import type { Client } from 'pg';
import { isUnavailable } from '../infrastructure/postgres/availability.js';
import { hasSqlstate, SQLSTATE } from '../infrastructure/postgres/sqlstate.js';
import { TokenBuckets } from '../infrastructure/rate-limit/token-buckets.js';
import { AppError, hasCode } from '../kernel/app-error.js';
import { LOGIN_LIMITS } from './login-settings.js';
import { LoginChangedError } from './tenancy.errors.js';
import type { TenantConnector } from './tenant-connector.js';
import type { Placement, TenantRecord } from './tenant-record.js';

/** Knows what a tenant's login role has to be, and makes it so again. */
export interface LoginKeeper {
  /** All settings of the role. */
  settingsOf(place: Placement): Readonly<Record<string, string>>;
  /** Sets its password and settings anew. False where the tenant has no role to be mended. */
  restore(tenantId: string): Promise<boolean>;
}

/** - `limits`: the session's limits are others, which are also watched from outside. */
type Drift = 'none' | 'limits' | 'other';

/** What the role's own settings made of this session. Values of any length may have been set. */
const SETTINGS = `SELECT name, left(setting, 200) AS setting FROM pg_settings
  WHERE source IN ('user', 'database user') LIMIT 100`;

/** A role that is changed again and again is put right this often by a process, and else left alone. */
const MENDS = { ratePerSecond: 0.1, burst: 3, maxKeys: 10_000 };

const SHUT_OUT = [SQLSTATE.invalidPassword, SQLSTATE.invalidAuthorization];

/** Refusals that no change of the role by itself can be behind. */
const OTHER_CAUSES = [
  SQLSTATE.invalidCatalogName,
  SQLSTATE.insufficientPrivilege,
  SQLSTATE.objectNotInPrerequisiteState,
];

/**
 * PostgreSQL lets every role change its own password and settings. Whoever has SQL in a tenant's role could
 * lock the tenant out with them, or make statements of ours mean something else. So each new connection is
 * held against what was set when the role was made; where it is refused or differs, the role is put right
 * and the connection made again.
 */
export class GuardedConnector {
  readonly #mends = new TokenBuckets(MENDS);
  readonly #mending = new Map<string, Promise<boolean>>();

  constructor(
    private readonly connector: Pick<TenantConnector, 'connect'>,
    private readonly keeper: LoginKeeper,
  ) {}

  /** @throws LoginChangedError; what `TenantConnector.connect` throws */
  async connect(tenant: TenantRecord): Promise<Client> {
    const first = await this.#attempt(tenant);
    if (first.drift === 'none') return first.client;
    const isMended = first.isOfLogin && (await this.#mend(tenant.id));
    if (!isMended) return this.#accept(tenant, first);
    await first.client?.end().catch(() => undefined);
    return this.#accept(tenant, await this.#attempt(tenant));
  }

  async #attempt(tenant: TenantRecord): Promise<Attempt> {
    let client: Client | undefined;
    try {
      client = await this.connector.connect(tenant);
      return { client, drift: await this.#driftOf(client, tenant), isOfLogin: true };
    } catch (error) {
      await client?.end().catch(() => undefined);
      return { error, isOfLogin: mayBeOfLogin(error) };
    }
  }

  /** Other limits are taken as they are: processes with two configurations must not refuse each other's. */
  async #accept(tenant: TenantRecord, attempt: Attempt): Promise<Client> {
    if (attempt.client === undefined) {
      // Its password was changed from inside, more often than it is put right.
      const isShutOut = hasSqlstate(attempt.error, ...SHUT_OUT);
      throw isShutOut ? new LoginChangedError(tenant.id, attempt.error) : attempt.error;
    }
    if (attempt.drift !== 'other') return attempt.client;
    await attempt.client.end().catch(() => undefined);
    throw new LoginChangedError(tenant.id);
  }

  async #driftOf(client: Client, { placement }: TenantRecord): Promise<Drift> {
    if (placement === null) return 'none';
    const { rows } = await client.query<{ name: string; setting: string }>(SETTINGS);
    const wanted = new Map(Object.entries(this.keeper.settingsOf(placement)));
    const differing = rows.filter(({ name, setting }) => wanted.get(name) !== setting);
    for (const { name } of rows) wanted.delete(name);
    const names = [...differing.map(({ name }) => name), ...wanted.keys()];
    if (names.length === 0) return 'none';
    return names.every((name) => LIMITS.has(name)) ? 'limits' : 'other';
  }

  /** Once for all who find the same at the same moment. */
  #mend(tenantId: string): Promise<boolean> {
    const running = this.#mending.get(tenantId);
    if (running !== undefined) return running;
    if (!this.#mends.take(tenantId).allowed) return Promise.resolve(false);
    const started = this.keeper.restore(tenantId).finally(() => this.#mending.delete(tenantId));
    this.#mending.set(tenantId, started);
    return started;
  }
}

type Attempt =
  | { client: Client; drift: Drift; isOfLogin: true; error?: undefined }
  | { client?: undefined; drift?: undefined; isOfLogin: boolean; error: unknown };

const LIMITS: ReadonlySet<string> = new Set(LOGIN_LIMITS);

function mayBeOfLogin(error: unknown): boolean {
  if (error instanceof AppError) return hasCode(error, 'placement_mismatch');
  return !isUnavailable(error) && !hasSqlstate(error, ...OTHER_CAUSES);
}
