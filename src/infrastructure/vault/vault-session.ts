import type { Secret } from '../../kernel/secret.js';
import type { VaultCall } from './vault-call.js';
import type { VaultCredentials } from './vault-credentials.js';
import { VaultError } from './vault.errors.js';
import { isFault } from './vault-outcome.js';
import type { Fault, Outcome } from './vault-outcome.js';
import { isOver, tokenFromAuth, tokenFromLookup, unknownToken } from './vault-token.js';
import type { VaultToken } from './vault-token.js';

/** Sends with a token or without one, repeating as needed. */
export type Ask = (call: VaultCall, token: Secret | null) => Promise<Outcome>;

/** setTimeout counts to 24 days; a token that lives longer is renewed more often than it needs. */
const LONGEST_WAIT_MS = 24 * 3_600_000;
/** After a refused login; a flood of requests must not become a flood of logins. */
const REFUSED_PAUSE_MS = 1_000;
/** Between logins for a role that may not look at its own token, so that its denials are ambiguous. */
const BLIND_PAUSE_MS = 10_000;

/**
 * The token we work with: got on first use, renewed at two thirds of its time, replaced when it can be
 * renewed no more or was revoked. However many callers wait, one login is under way.
 */
export class VaultSession {
  #held: VaultToken | null = null;
  #obtaining: Promise<VaultToken> | null = null;
  #replacing: Promise<Secret | null> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #refused: { error: VaultError; until: number } | null = null;
  #blind = false;
  #loggedInAt = 0;
  #closed = false;

  constructor(
    private readonly credentials: VaultCredentials,
    private readonly ask: Ask,
    private readonly explain: (fault: Fault, operation: string) => Promise<VaultError>,
  ) {}

  /** @throws VaultError when there is no way to a token now */
  async token(): Promise<Secret> {
    if (this.#held !== null && !isOver(this.#held)) return this.#held.secret;
    return (await this.#obtainOnce()).secret;
  }

  /**
   * After Vault denied a call made with `used`: another token to try, or null when that token is good
   * and the denial is meant.
   *
   * @throws VaultError when the token is dead and there is no other
   */
  async replacementFor(used: Secret): Promise<Secret | null> {
    if (this.#held !== null && this.#held.secret !== used) return this.#held.secret;
    this.#replacing ??= this.#replace(used).finally(() => (this.#replacing = null));
    return this.#replacing;
  }

  /** Stops renewing, and gives back a token that was made by our login. Never throws. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = null;
    if (held === null || this.credentials.kind === 'token' || isOver(held)) return;
    await this.ask(call('auth.revoke', 'POST', 'auth/token/revoke-self'), held.secret);
  }

  #obtainOnce(): Promise<VaultToken> {
    this.#obtaining ??= this.#obtain().finally(() => (this.#obtaining = null));
    return this.#obtaining;
  }

  async #obtain(): Promise<VaultToken> {
    if (this.#refused !== null && performance.now() < this.#refused.until) {
      throw this.#refused.error;
    }
    const token = await (this.credentials.kind === 'token'
      ? this.#lookUp(this.credentials.token)
      : this.#logIn(this.credentials));
    this.#hold(token);
    return token;
  }

  async #logIn({ roleId, secretId }: { roleId: Secret; secretId: Secret }): Promise<VaultToken> {
    const body = { role_id: roleId.reveal(), secret_id: secretId.reveal() };
    const outcome = await this.ask(
      { ...call('auth.login', 'POST', 'auth/approle/login'), body },
      null,
    );
    if (isFault(outcome)) throw await this.#loginError(outcome);
    const token = tokenFromAuth(outcome.body);
    if (token === null) throw new VaultError('vault_failing', { operation: 'auth.login' });
    this.#loggedInAt = performance.now();
    return token;
  }

  async #loginError(fault: Fault): Promise<VaultError> {
    if (fault.code !== 'vault_denied' && fault.code !== 'vault_refused') {
      return this.explain(fault, 'auth.login');
    }
    if (fault.reason === 'redirect') return this.explain(fault, 'auth.login');
    const error = new VaultError(
      'vault_denied',
      { operation: 'auth.login', status: fault.status, reason: 'login-refused' },
      'Vault refused the AppRole login: check VAULT_ROLE_ID, VAULT_SECRET_ID (is it used up or expired?) and VAULT_NAMESPACE.',
    );
    this.#refused = { error, until: performance.now() + REFUSED_PAUSE_MS };
    return error;
  }

  /** Learns how long a given token lives. One that may not look at itself is used as it is. */
  async #lookUp(secret: Secret): Promise<VaultToken> {
    const outcome = await this.ask(LOOKUP, secret);
    if (!isFault(outcome)) return tokenFromLookup(secret, outcome.body);
    if (outcome.code === 'vault_denied') return unknownToken(secret);
    throw await this.explain(outcome, LOOKUP.operation);
  }

  async #replace(used: Secret): Promise<Secret | null> {
    const outcome = await this.ask(LOOKUP, used);
    if (!isFault(outcome)) return null;
    if (outcome.code !== 'vault_denied') throw await this.explain(outcome, LOOKUP.operation);
    if (this.credentials.kind === 'token') {
      throw new VaultError(
        'vault_denied',
        { reason: 'token-invalid', status: outcome.status },
        'Vault no longer takes the token in VAULT_TOKEN: it expired or was revoked. Give a new one, or use an AppRole.',
      );
    }
    if (this.#blind && performance.now() - this.#loggedInAt < BLIND_PAUSE_MS) return null;
    this.#held = null;
    const { secret } = await this.#obtainOnce();
    const again = await this.ask(LOOKUP, secret);
    this.#blind = isFault(again) && again.code === 'vault_denied';
    return secret;
  }

  #hold(token: VaultToken): void {
    if (this.#closed) return;
    this.#held = token;
    if (token.ttlMs === null) return clearTimeout(this.#timer);
    // A token that was given to us and cannot be renewed simply ends.
    if (!token.renewable && this.credentials.kind === 'token') return clearTimeout(this.#timer);
    this.#schedule((token.ttlMs * 2) / 3, token);
  }

  #schedule(delayMs: number, token: VaultToken): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        // A failure here is tried again, and shows at the next call at the latest.
        this.#prolong(token).catch(() => this.#retryLater(token));
      },
      Math.min(delayMs, LONGEST_WAIT_MS),
    );
    this.#timer.unref();
  }

  async #prolong(token: VaultToken): Promise<void> {
    if (!token.renewable) return void (await this.#obtainOnce());
    const outcome = await this.ask(
      { ...call('auth.renew', 'POST', 'auth/token/renew-self'), body: {} },
      token.secret,
    );
    if (this.#closed) return;
    const renewed = isFault(outcome) ? null : tokenFromAuth(outcome.body);
    if (renewed === null) {
      const denied = isFault(outcome) && outcome.code === 'vault_denied';
      if (!denied) return this.#retryLater(token);
      if (this.credentials.kind === 'app-role') await this.#obtainOnce();
      return;
    }
    // Shorter than before: the longest time that Vault allows it (max_ttl) is coming.
    const ending = (renewed.ttlMs ?? Infinity) < (token.ttlMs ?? 0) / 2;
    if (ending && this.credentials.kind === 'app-role') return void (await this.#obtainOnce());
    this.#hold({ ...renewed, secret: token.secret });
  }

  #retryLater(token: VaultToken): void {
    if (this.#closed || token.expiresAt === null) return;
    const left = token.expiresAt - performance.now();
    if (left > 0) this.#schedule(Math.max(250, Math.min(5_000, left / 3)), token);
  }
}

const LOOKUP = call('auth.lookup', 'GET', 'auth/token/lookup-self');

function call(operation: string, method: VaultCall['method'], path: string): VaultCall {
  return { operation, method, path };
}
