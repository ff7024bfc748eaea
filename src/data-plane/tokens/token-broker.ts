import { Injectable } from '@nestjs/common';
import type { Tokens } from '../../connectors/kit/tokens.js';
import { AppError } from '../../kernel/app-error.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import type { Queryable } from '../../tenancy/tenant-database.js';
import type { TokenDestroyer } from '../integrations/token-destroyer.js';
import type { Access } from './access.js';
import { GrantNews } from './grant-news.js';
import { GrantsRepository } from './grants.repository.js';
import { ObtainAccess } from './obtain-access.js';
import { TidyPairs } from './tidy-pairs.js';
import { TokenCache } from './token-cache.js';
import { newPairName, TokenStore } from './token-store.js';
import { TokenRefreshFailedError } from './tokens.errors.js';

/** How often `keep` gives way to a refresh that ends at the same moment. */
const KEEP_ATTEMPTS = 5;

/** An access token that is younger than this shows that the connection stands. */
const PROBED_MS = 12 * 3_600_000;

const ENDED = new Set(['grant_missing', 'grant_revoked', 'reconnect_needed']);

/**
 * The tokens of the integrations of the tenant in context: kept in the secret store, refreshed once
 * however many workers and processes want them, handed out for calls.
 *
 * A token of which a younger one exists may be used until its end. One that was destroyed is used by no
 * process once the news is through, which takes milliseconds; a process that hears no news trusts nothing
 * it has in memory.
 */
@Injectable()
export class TokenBroker implements TokenDestroyer {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly grants: GrantsRepository,
    private readonly store: TokenStore,
    private readonly obtain: ObtainAccess,
    private readonly cache: TokenCache,
    private readonly news: GrantNews,
    private readonly tidy: TidyPairs,
  ) {}

  /**
   * The first pair, or the one after a new consent, which ends all that was before it. The secret store
   * is asked meanwhile: take no lock before it in `tx` that others wait for.
   *
   * @param tx where the integration becomes connected: neither is ever there alone
   */
  async keep(tx: Queryable, integrationId: string, tokens: Tokens): Promise<void> {
    const pair = newPairName();
    const life = {
      expiresAt: new Date(tokens.expiresAt),
      refreshExpiresAt: tokens.refreshExpiresAt === null ? null : new Date(tokens.refreshExpiresAt),
    };
    for (let attempt = 1; attempt <= KEEP_ATTEMPTS; attempt += 1) {
      const version = (await this.grants.version(tx, integrationId)) + 1;
      await this.store.put(integrationId, pair, { version, after: null, tokens });
      if (await this.grants.keep(tx, integrationId, { version, pair, ...life })) {
        this.cache.drop(this.#tenantId(), integrationId);
        return;
      }
    }
    await this.store.destroy(integrationId, pair);
    throw new TokenRefreshFailedError(integrationId, 'busy', 5);
  }

  /**
   * What to call the provider with. Refreshed when due; where that fails for now, the token is used for
   * as long as it lasts.
   *
   * @throws GrantMissingError | GrantRevokedError | ReconnectNeededError | TokenRefreshFailedError
   */
  async access(integrationId: string): Promise<Access> {
    const known = this.cache.get(this.#tenantId(), integrationId);
    return known ?? this.obtain.execute(integrationId, 0);
  }

  /** After the provider refused the token of this version: the one after it. Throws as `access`. */
  async refused(integrationId: string, version: number): Promise<Access> {
    const known = this.cache.get(this.#tenantId(), integrationId);
    if (known !== undefined && known.version > version) return known;
    return this.obtain.execute(integrationId, version);
  }

  /**
   * Looks whether the connection still stands, by refreshing it unless that was done lately. Keeps alive
   * what dies of not being used. Throws as `access`.
   */
  async probe(integrationId: string): Promise<void> {
    const grant = await this.grants.served(integrationId);
    await this.tidy.execute(grant);
    if (Date.now() - grant.issuedAt.getTime() < PROBED_MS) return;
    const pair = await this.store.get(integrationId, grant.pair);
    // A key that a person gave: nothing to ask for.
    if (pair?.tokens.refreshToken === null) return;
    await this.obtain.execute(integrationId, grant.version);
  }

  /**
   * Whether the provider still gives access, asked now by a refresh. False is written down already.
   *
   * @throws TokenRefreshFailedError where it does not say
   */
  async stands(integrationId: string): Promise<boolean> {
    try {
      const { version } = await this.grants.served(integrationId);
      await this.obtain.execute(integrationId, version);
      return true;
    } catch (error) {
      if (error instanceof AppError && ENDED.has(error.code)) return false;
      throw error;
    }
  }

  /** Ends it in every process. What the provider knows of it stays. Repeatable. */
  async destroy(integrationId: string): Promise<void> {
    await this.grants.remove(integrationId);
    this.cache.drop(this.#tenantId(), integrationId);
    await this.news.ended(this.#tenantId(), integrationId);
    for (const name of await this.store.names(integrationId)) {
      await this.store.destroy(integrationId, name);
    }
  }

  #tenantId(): string {
    return this.tenancy.current().tenant.id;
  }
}
