import { Injectable } from '@nestjs/common';
import { Providers } from '../../connectors/providers.js';
import type { Tokens } from '../../connectors/kit/tokens.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { BrokerSettings } from './broker-settings.js';
import { EndGrant } from './end-grant.js';
import { type Claim, type Grant, GrantsRepository } from './grants.repository.js';
import { restSeconds } from './refresh-timing.js';
import { type RefreshAnswer, TokenEndpoint } from './token-endpoint.js';
import { newPairName, TokenStore } from './token-store.js';
import type { TokenPair } from './token-pair.js';
import { GrantMissingError, TokenRefreshFailedError } from './tokens.errors.js';

/** What one refresh is about: read once, when the mark was written. */
interface Refresh extends Claim {
  grant: Grant;
  attempt: string;
  pair: TokenPair;
  /** How an answer that was lost is dealt with; see `RefreshFacts`. */
  rotates: boolean;
  replayMs: number;
}

/**
 * One refresh of one pair of tokens, however many workers want it and wherever they die.
 *
 * 1. The mark is written and committed: one worker of all gets it, for a while.
 * 2. The provider is asked; a lost answer is asked for once more with the same refresh token.
 * 3. The new pair is put into the secret store under the name that the mark says.
 * 4. The row moves on to it by compare-and-set, and the old pair is destroyed.
 *
 * Who dies after 1 or 2 leaves a mark without a pair: the next one asks again with the stored refresh
 * token. Who dies after 3 leaves the pair where the mark says: the next one takes it over. Who dies after
 * 4 leaves an old pair lying about, which `TidyPairs` destroys. And who only seemed dead finds the
 * mark gone and gives its pair up.
 */
@Injectable()
export class RefreshGrant {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly store: TokenStore,
    private readonly endpoint: TokenEndpoint,
    private readonly integrations: IntegrationsRepository,
    private readonly providers: Providers,
    private readonly end: EndGrant,
    private readonly settings: BrokerSettings,
  ) {}

  /**
   * @returns the new pair; null where somebody else was first, or may have been: look again
   * @throws GrantRevokedError | ReconnectNeededError | TokenRefreshFailedError | GrantMissingError
   */
  async execute(grant: Grant): Promise<TokenPair | null> {
    const { integrationId } = grant;
    if (grant.attempt !== null) {
      const left = await this.store.get(integrationId, grant.attempt);
      if (left?.after === grant.pair)
        return this.#advance(grant, grant.attempt, grant.attempt, left.tokens);
    }
    const attempt = newPairName();
    const claimed = await this.grants.claim(grant, attempt, this.settings.leaseMs);
    if (claimed === null) return null;
    await this.settings.reached('marked', integrationId);
    return this.#refresh(grant, attempt, claimed);
  }

  async #refresh(grant: Grant, attempt: string, claim: Claim): Promise<TokenPair | null> {
    const { integrationId } = grant;
    const unused = claim.unsureMs === null;
    const [pair, integration] = await Promise.all([
      this.store.get(integrationId, grant.pair),
      this.integrations.find(integrationId),
    ]);
    if (integration === null) throw new GrantMissingError(integrationId);
    const { auth } = this.providers.get(integration.provider).connector.facts;
    const refreshToken = pair?.tokens.refreshToken ?? null;
    // A key that a person gave, or a pair that the secret store has lost.
    if (auth.kind !== 'oauth2' || pair === null || refreshToken === null) {
      if (!(await this.grants.giveUp(grant, attempt, { unused, restSeconds: 60 }))) return null;
      return this.end.reconnect(integrationId);
    }
    const { rotates, replayMs } = auth.refresh;
    const refresh = { grant, attempt, pair, rotates, replayMs, ...claim };
    const ask = () => this.endpoint.refresh(integration.provider, integration.params, refreshToken);
    return this.#conclude(refresh, await this.#askTwice(refresh, ask));
  }

  /** Where the answer was lost, asking again is what tells whether there was one. */
  async #askTwice(
    refresh: Refresh,
    ask: () => Promise<RefreshAnswer>,
  ): Promise<{ answer: RefreshAnswer; lostBefore: boolean }> {
    try {
      const first = await ask();
      if (first.kind !== 'no-answer' || first.unused) return { answer: first, lostBefore: false };
      const again = await ask();
      // What the first call may have done stays in doubt, whatever became of the second.
      const answer = 'unused' in again ? { ...again, unused: false } : again;
      return { answer, lostBefore: true };
    } catch (error) {
      // Nothing was sent: the operator took the app away, say.
      const { grant, attempt, unsureMs } = refresh;
      await this.grants.giveUp(grant, attempt, { unused: unsureMs === null, restSeconds: 60 });
      throw error;
    }
  }

  async #conclude(
    refresh: Refresh,
    { answer, lostBefore }: { answer: RefreshAnswer; lostBefore: boolean },
  ): Promise<TokenPair | null> {
    const { grant, attempt, pair } = refresh;
    const { integrationId } = grant;
    await this.settings.reached('answered', integrationId);
    switch (answer.kind) {
      case 'tokens': {
        const tokens = completed(answer.tokens, pair.tokens);
        await this.store.put(integrationId, attempt, {
          version: grant.version + 1,
          after: grant.pair,
          tokens,
        });
        await this.settings.reached('stored', integrationId);
        // Where an old token can be used again, the pair asked for last is the one that counts, and
        // that is the mark's. Where it cannot, there is only one new pair, whoever has it.
        return this.#advance(grant, refresh.replayMs > 0 ? attempt : null, attempt, tokens);
      }
      case 'final':
        return this.#refusedForGood(refresh, lostBefore);
      case 'passing':
      case 'no-answer': {
        const unused = answer.unused && refresh.unsureMs === null;
        const asked = answer.kind === 'passing' ? answer.retryAfterSeconds : null;
        const rest = restSeconds(this.settings.restMs, refresh.failures, asked);
        await this.grants.giveUp(grant, attempt, { unused, restSeconds: rest });
        throw answer.kind === 'passing'
          ? new TokenRefreshFailedError(integrationId, 'refused', rest, answer.status)
          : new TokenRefreshFailedError(integrationId, 'no-answer', rest);
      }
    }
  }

  /**
   * The refresh token is of no use. Access was taken back, unless it may be our own doing: a rotation
   * whose answer nobody has. Within the time in which an old token may be used again it is not.
   */
  async #refusedForGood(refresh: Refresh, lostBefore: boolean): Promise<TokenPair | null> {
    const { grant, attempt, rotates, replayMs } = refresh;
    const { integrationId } = grant;
    const unsureMs = refresh.unsureMs ?? (lostBefore ? 0 : null);
    const ownDoing = rotates && unsureMs !== null && unsureMs >= replayMs;
    if (!ownDoing) {
      // Written down before: who dies here must not leave a doubt that there is none about.
      const unused = unsureMs === null;
      if (!(await this.grants.giveUp(grant, attempt, { unused, restSeconds: 5 }))) return null;
      return this.end.revoked(integrationId);
    }
    const found = await this.#newerPair(grant);
    if (found !== null) return this.#advance(grant, null, found.name, found.pair.tokens);
    if (!(await this.grants.giveUp(grant, attempt, { unused: false, restSeconds: 60 })))
      return null;
    return this.end.reconnect(integrationId);
  }

  /** The pair of a worker that was slow and not dead, and died when it had stored it. */
  async #newerPair(grant: Grant): Promise<{ name: string; pair: TokenPair } | null> {
    const { integrationId } = grant;
    for (const name of await this.store.names(integrationId)) {
      const pair = await this.store.get(integrationId, name);
      if (pair?.after === grant.pair) return { name, pair };
    }
    return null;
  }

  async #advance(
    grant: Grant,
    onlyOf: string | null,
    name: string,
    tokens: Tokens,
  ): Promise<TokenPair | null> {
    const { integrationId, version } = grant;
    const moved = await this.grants.advance(grant, onlyOf, {
      pair: name,
      expiresAt: new Date(tokens.expiresAt),
      refreshExpiresAt: tokens.refreshExpiresAt === null ? null : new Date(tokens.refreshExpiresAt),
    });
    await this.settings.reached('advanced', integrationId);
    if (moved) {
      await this.#discard(integrationId, grant.pair);
      return { version: version + 1, after: grant.pair, tokens };
    }
    // Somebody took the mark over, or took this very pair over.
    const now = await this.grants.find(integrationId);
    if (now?.pair !== name && now?.attempt !== name) await this.#discard(integrationId, name);
    return null;
  }

  /** What stays behind where the store does not answer is found by `TidyPairs`. */
  async #discard(integrationId: string, name: string): Promise<void> {
    await this.store.destroy(integrationId, name).catch(() => undefined);
  }
}

/** A refresh does not always say all that the first answer said. */
function completed(given: Tokens, known: Tokens): Tokens {
  return {
    ...given,
    refreshToken: given.refreshToken ?? known.refreshToken,
    scopes: given.scopes.length > 0 ? given.scopes : known.scopes,
    grant: { ...known.grant, ...given.grant },
  };
}
