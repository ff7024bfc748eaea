import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { hasCode } from '../../kernel/app-error.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import type { Access } from './access.js';
import { BrokerSettings } from './broker-settings.js';
import { type Grant, GrantsRepository } from './grants.repository.js';
import { RefreshGrant } from './refresh-grant.js';
import { refreshDueAt, usableUntil } from './refresh-timing.js';
import { TokenCache } from './token-cache.js';
import type { TokenPair } from './token-pair.js';
import { TokenStore } from './token-store.js';
import { TokenRefreshFailedError } from './tokens.errors.js';

/** A pair may move on between the look at its row and the look at the store; not this often, though. */
const MISSES_MAX = 5;

/** Finds an access token that can be used, and sees to it that there is one. */
@Injectable()
export class ObtainAccess {
  /** Refreshes of this process: who wants the same waits for the same. */
  readonly #running = new Map<string, Promise<TokenPair | null>>();

  constructor(
    private readonly tenancy: Tenancy,
    private readonly grants: GrantsRepository,
    private readonly store: TokenStore,
    private readonly refresh: RefreshGrant,
    private readonly cache: TokenCache,
    private readonly settings: BrokerSettings,
  ) {}

  /**
   * @param beyond the version that is of no use any more; 0: any will do
   * @throws GrantMissingError | GrantRevokedError | ReconnectNeededError | TokenRefreshFailedError
   */
  async execute(integrationId: string, beyond: number): Promise<Access> {
    const deadline = Date.now() + this.settings.waitMs;
    let misses = 0;
    do {
      const { epoch } = this.cache;
      const grant = await this.grants.served(integrationId);
      const found = await this.#pairOf(grant, beyond, misses);
      if (found !== null && found !== 'missing') return this.#give(grant, found, epoch);
      if (found === 'missing') misses += 1;
      await sleep(this.settings.pollMs * (0.5 + Math.random()));
    } while (Date.now() < deadline);
    throw new TokenRefreshFailedError(integrationId, 'busy', 5);
  }

  /** Null: look again in a moment. `missing`: so too, but the secret store has not what the row says. */
  async #pairOf(
    grant: Grant,
    beyond: number,
    misses: number,
  ): Promise<TokenPair | 'missing' | null> {
    const { integrationId } = grant;
    const issuedAt = grant.issuedAt.getTime();
    const expiresAt = grant.expiresAt.getTime();
    const now = Date.now();
    const usable = grant.version > beyond && now < usableUntil(issuedAt, expiresAt);
    const due = now >= refreshDueAt(integrationId, issuedAt, expiresAt);
    const asItIs = async () => (await this.store.get(integrationId, grant.pair)) ?? 'missing';
    // Lost, and not moved on: the refresh says what that means.
    if (misses >= MISSES_MAX) return this.#refreshOnce(grant);
    if (usable && (!due || grant.busy || grant.restSeconds > 0)) return asItIs();
    if (grant.busy) return null;
    if (grant.restSeconds > 0) {
      throw new TokenRefreshFailedError(integrationId, 'resting', grant.restSeconds);
    }
    try {
      return await this.#refreshOnce(grant);
    } catch (error) {
      // Early is early: there is time to try again.
      if (usable && hasCode(error, 'token_refresh_failed')) return asItIs();
      throw error;
    }
  }

  #refreshOnce(grant: Grant): Promise<TokenPair | null> {
    const { id } = this.tenancy.current().tenant;
    const key = `${id}/${grant.integrationId}/${grant.version}`;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = this.refresh.execute(grant).finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  #give(grant: Grant, { version, tokens }: TokenPair, epoch: number): Access {
    const { integrationId } = grant;
    const { id } = this.tenancy.current().tenant;
    const issuedAt = version === grant.version ? grant.issuedAt.getTime() : Date.now();
    const due = refreshDueAt(integrationId, issuedAt, tokens.expiresAt);
    const until = Date.now() < due ? due : usableUntil(issuedAt, tokens.expiresAt);
    const access: Access = {
      token: tokens.accessToken,
      version,
      scopes: tokens.scopes,
      grant: tokens.grant,
    };
    this.cache.put(id, integrationId, access, until, epoch);
    return access;
  }
}
