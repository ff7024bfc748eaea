import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../core/clock.js';
import type { AccessToken, Code, Grant, GrantsState } from './grants-state.js';
import { verifierFits } from './pkce.js';

/** How long a provider's tokens live and what becomes of old ones. */
export interface TokenRules {
  codeMs: number;
  accessMs: number;
  /** Null: refresh tokens are good until revoked. */
  refreshMs: number | null;
  makeCode(): string;
  makeAccess(grant: Grant): string;
  makeRefresh(grant: Grant): string;
  /**
   * - `keeps`: a refresh token stays the same.
   * - `at-once`: the old one is dead with the answer.
   * - a grace: it may be used again until its replacement is used, at most that many ms.
   */
  rotation: 'keeps' | 'at-once' | { untilUsedMs: number };
  /** What a dead refresh token's use does beside being refused. */
  reuse: 'refuse' | 'revoke-grant';
  /** Whether the access token of before dies with a refresh. */
  endsOldAccess: boolean;
}

export interface Pair {
  access: string;
  refresh: string;
  grant: Grant;
  accessMs: number;
  refreshMs: number | null;
}

/** Why a code or refresh token was refused; the provider words it. */
export type GrantRefusal =
  'unknown' | 'used' | 'expired' | 'revoked' | 'wrong-client' | 'redirect' | 'verifier';

/** Codes, tokens and rotations of one provider. */
export class Grants {
  #rules: TokenRules | null = null;

  constructor(
    private readonly state: GrantsState,
    private readonly clock: SandboxClock,
    private readonly save: () => void,
  ) {}

  /** Called once, before anything else. */
  follow(rules: TokenRules): void {
    this.#rules = rules;
  }

  /** Notes a yes on the consent page; answers the code. */
  approve(wish: {
    account: string;
    clientId: string;
    scopes: readonly string[];
    redirectUri: string;
    challenge: string | null;
    notes?: Record<string, string>;
  }): string {
    const grant: Grant = {
      id: `grant_${randomBytes(9).toString('hex')}`,
      account: wish.account,
      clientId: wish.clientId,
      scopes: [...wish.scopes],
      notes: wish.notes ?? {},
      revoked: false,
    };
    const code: Code = {
      code: this.rules.makeCode(),
      grant: grant.id,
      redirectUri: wish.redirectUri,
      challenge: wish.challenge,
      issued: this.clock.stamp(),
      used: false,
    };
    this.state.grants[grant.id] = grant;
    this.state.codes[code.code] = code;
    this.save();
    return code.code;
  }

  /** @param redirectUri undefined where the provider does not want it repeated */
  redeem(
    text: string,
    claim: { clientId: string; redirectUri?: string | undefined; verifier: string | null },
  ): Pair | GrantRefusal {
    const code = own(this.state.codes, text);
    const grant = code && own(this.state.grants, code.grant);
    if (!code || !grant) return 'unknown';
    if (grant.clientId !== claim.clientId) return 'wrong-client';
    if (code.used) return 'used';
    // One try only: a wrong verifier burns the code too.
    code.used = true;
    this.save();
    if (grant.revoked) return 'revoked';
    if (this.clock.passed(code.issued, this.rules.codeMs)) return 'expired';
    if (claim.redirectUri !== undefined && claim.redirectUri !== code.redirectUri) {
      return 'redirect';
    }
    if (!verifierFits(code.challenge, claim.verifier)) return 'verifier';
    return this.#issue(grant, null);
  }

  refresh(text: string, clientId: string): Pair | GrantRefusal {
    const { rules, state } = this;
    const token = own(state.refresh, text);
    const grant = token && own(state.grants, token.grant);
    if (!token || !grant) return 'unknown';
    if (grant.clientId !== clientId) return 'wrong-client';
    if (grant.revoked) return 'revoked';
    if (token.ended) return 'used';
    if (token.lifetimeMs !== null && this.clock.passed(token.issued, token.lifetimeMs)) {
      return 'expired';
    }
    if (rules.rotation === 'keeps') return this.#issue(grant, text);
    this.#markUsed(text);
    if (token.rotated !== null && !this.#mayRetry(text)) {
      if (rules.reuse === 'revoke-grant') grant.revoked = true;
      this.save();
      return 'used';
    }
    const before = token.rotated;
    if (before !== null) {
      // The answer that got lost is worth nothing from now on.
      end(own(state.access, before.access));
      end(own(state.refresh, before.refresh));
    }
    const pair = this.#issue(grant, null);
    token.rotated = {
      at: before?.at ?? this.clock.stamp(),
      access: pair.access,
      refresh: pair.refresh,
    };
    this.save();
    return pair;
  }

  /** Who an access token speaks for. */
  check(text: string): Grant | 'unknown' | 'expired' | 'revoked' {
    const token = own(this.state.access, text);
    const grant = token && own(this.state.grants, token.grant);
    if (!token || !grant) return 'unknown';
    if (grant.revoked) return 'revoked';
    if (token.ended || this.clock.passed(token.issued, token.lifetimeMs)) return 'expired';
    this.#markUsedBy(text);
    return grant;
  }

  /** Whose access token it is or was. */
  accountOf(access: string): string | null {
    const token = own(this.state.access, access);
    return (token && own(this.state.grants, token.grant)?.account) ?? null;
  }

  /** What a refresh token speaks for, without using it. */
  ofRefreshToken(text: string): Grant | null {
    const token = own(this.state.refresh, text);
    return (token && own(this.state.grants, token.grant)) ?? null;
  }

  /** Ends every grant on an account, as the provider's own page would. Answers how many. */
  revokeAccount(account: string, clientId?: string): number {
    let ended = 0;
    for (const grant of Object.values(this.state.grants)) {
      const isMeant = clientId === undefined || grant.clientId === clientId;
      if (grant.account !== account || grant.revoked || !isMeant) continue;
      grant.revoked = true;
      ended += 1;
    }
    if (ended > 0) this.save();
    return ended;
  }

  revoke(grant: Grant): void {
    grant.revoked = true;
    this.save();
  }

  /** Access tokens end now, refresh tokens stay good. */
  expireAccess(account: string): void {
    for (const token of Object.values(this.state.access)) {
      if (own(this.state.grants, token.grant)?.account === account) token.ended = true;
    }
    this.save();
  }

  /** Takes scopes from (or gives them to) what an account granted. */
  setScopes(account: string, scopes: readonly string[]): void {
    for (const grant of Object.values(this.state.grants)) {
      if (grant.account === account) grant.scopes = [...scopes];
    }
    this.save();
  }

  get rules(): TokenRules {
    if (this.#rules === null) throw new Error('The provider module did not say its token rules.');
    return this.#rules;
  }

  #issue(grant: Grant, keptRefresh: string | null): Pair {
    const { rules, state } = this;
    const issued = this.clock.stamp();
    if (rules.endsOldAccess) {
      for (const old of Object.values(state.access)) if (old.grant === grant.id) old.ended = true;
    }
    this.#forgetOld();
    const access: AccessToken = {
      token: rules.makeAccess(grant),
      grant: grant.id,
      issued,
      lifetimeMs: rules.accessMs,
      ended: false,
    };
    state.access[access.token] = access;
    const refresh = keptRefresh ?? rules.makeRefresh(grant);
    state.refresh[refresh] ??= {
      token: refresh,
      grant: grant.id,
      issued,
      lifetimeMs: rules.refreshMs,
      rotated: null,
      used: false,
      ended: false,
    };
    this.save();
    return {
      access: access.token,
      refresh,
      grant,
      accessMs: rules.accessMs,
      refreshMs: rules.refreshMs,
    };
  }

  #mayRetry(text: string): boolean {
    const { rotation } = this.rules;
    const rotated = own(this.state.refresh, text)?.rotated;
    if (typeof rotation === 'string' || !rotated) return false;
    const next = own(this.state.refresh, rotated.refresh);
    return next?.used !== true && !this.clock.passed(rotated.at, rotation.untilUsedMs);
  }

  #markUsed(refresh: string): void {
    const token = own(this.state.refresh, refresh);
    if (token) token.used = true;
  }

  /** The first call with a new access token ends the grace of the refresh token before it. */
  #markUsedBy(access: string): void {
    if (typeof this.rules.rotation === 'string') return;
    const { grant } = this.state.access[access] ?? {};
    for (const token of Object.values(this.state.refresh)) {
      if (token.grant === grant && token.rotated?.access === access) {
        this.#markUsed(token.rotated.refresh);
      }
    }
  }

  /** Access tokens that nobody can use any more; refresh tokens are kept to know them when they return. */
  #forgetOld(): void {
    const all = Object.values(this.state.access);
    if (all.length < 500) return;
    for (const token of all) {
      if (token.ended || this.clock.passed(token.issued, 2 * token.lifetimeMs)) {
        delete this.state.access[token.token];
      }
    }
  }
}

function end(token: { ended: boolean } | undefined): void {
  if (token) token.ended = true;
}

/** Tokens come from outside: `__proto__` is none. */
function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
