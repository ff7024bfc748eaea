import type { Isolation, TenantRecord } from '../../tenancy/tenant-record.js';
import type { Tenancy, TenantScope } from '../../tenancy/tenancy.js';
import type { CatalogTransaction } from '../catalog/catalog-database.js';
import type { KeyedHash } from '../catalog/keyed-hash.js';
import type { AbandonTenant } from './abandon-tenant.js';
import type { AccountSeed, SeededAccount } from './account-seed.js';
import type { Claim, Claims } from './claims.js';
import { recordOf } from './planned-record.js';

export interface OpenAccountRequest {
  organization: string;
  /** The hash may still be in the making: claiming a place and connecting to it go on meanwhile. */
  owner: { name: string; email: string; passwordHash: string | Promise<string> };
  isolation: Isolation;
  region: string;
}

export interface OpenedAccount {
  tenant: TenantRecord & { name: string; slug: string };
  owner: SeededAccount;
  source: Claim['source'];
}

/** Told how long an account took to open and where its place came from. */
export type OpeningObserver = (
  source: Claim['source'] | 'none',
  outcome: 'opened' | 'failed',
  seconds: number,
) => void;

/**
 * Opens an account: claim a place, write its first rows, make it active. Ready to use when it returns;
 * when it throws, nothing is left or the reconciler will see to it that nothing is.
 */
export class OpenAccount {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly claims: Claims,
    private readonly seed: AccountSeed,
    private readonly abandon: AbandonTenant,
    private readonly hash: KeyedHash,
    private readonly observe: OpeningObserver = () => undefined,
    /** Connects to the place and unwraps its key, in its scope, while the password is being hashed. */
    private readonly warm: () => Promise<void> = async () => undefined,
  ) {}

  /** @param alongside commits in the very transaction that makes the account active; runs in its scope */
  async execute(
    request: OpenAccountRequest,
    alongside: (tx: CatalogTransaction, account: OpenedAccount) => Promise<void> = async () => {},
  ): Promise<OpenedAccount> {
    const startedAt = performance.now();
    const seconds = (): number => (performance.now() - startedAt) / 1000;
    let claim: Claim | undefined;
    try {
      claim = await this.claims.claim(request);
      const scope = this.#scopeOf(claim, request);
      const account = await this.#seed(claim, request, scope);
      await this.claims.activate(claim, this.hash.ofEmail(request.owner.email), (tx) =>
        this.tenancy.enter(scope, () => alongside(tx, account)),
      );
      this.observe(claim.source, 'opened', seconds());
      return account;
    } catch (error) {
      this.observe(claim?.source ?? 'none', 'failed', seconds());
      // Leaves the rest to the reconciler when the server is not there to undo it now.
      if (claim !== undefined) {
        await this.abandon.execute(claim, claim.holder).catch(() => undefined);
      }
      throw error;
    }
  }

  /** The tenant as it is being made: the directory does not serve it yet. */
  #scopeOf(claim: Claim, request: OpenAccountRequest): TenantScope {
    return {
      kind: 'tenant',
      tenant: { ...recordOf(claim, 'provisioning'), region: request.region },
      actor: { kind: 'system', job: 'provisioning.open-account' },
      requestId: this.tenancy.requestId(),
    };
  }

  async #seed(
    claim: Claim,
    request: OpenAccountRequest,
    scope: TenantScope,
  ): Promise<OpenedAccount> {
    const organization = { name: request.organization, slug: claim.slug };
    const { name, email } = request.owner;
    const owner = await this.tenancy.enter(scope, async () => {
      const [passwordHash] = await Promise.all([request.owner.passwordHash, this.warm()]);
      return this.seed.seed({
        tenantId: claim.tenantId,
        organization,
        owner: { name, email, passwordHash },
      });
    });
    return {
      tenant: { ...scope.tenant, ...organization, status: 'active' },
      owner,
      source: claim.source,
    };
  }
}
