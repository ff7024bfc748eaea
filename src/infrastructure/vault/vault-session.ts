import type { Secret } from '../../kernel/secret.js';
import type { VaultCall } from './vault-call.js';
import type { VaultCredentials } from './vault-credentials.js';
import { VaultError } from './vault.errors.js';
import { LOOKUP, VaultLogin } from './vault-login.js';
import type { Asker } from './vault-login.js';
import { isFault } from './vault-outcome.js';
import { isOver, isShorter, tokenFromAuth } from './vault-token.js';
import type { VaultToken } from './vault-token.js';

/** setTimeout counts to 24 days; a token that lives longer is renewed more often than it needs. */
const LONGEST_WAIT_MS = 24 * 3_600_000;
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
  #blind = false;
  #obtainedAt = 0;
  #closed = false;

  readonly #login: VaultLogin;
  /** Whether we can log in again. */
  readonly #lasting: boolean;

  constructor(
    credentials: VaultCredentials,
    private readonly asker: Asker,
  ) {
    this.#login = new VaultLogin(credentials, asker);
    this.#lasting = credentials.kind === 'app-role';
  }

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
    if (held === null || !this.#lasting || isOver(held)) return;
    await this.asker.ask(call('auth.revoke', 'POST', 'auth/token/revoke-self'), held.secret);
  }

  #obtainOnce(): Promise<VaultToken> {
    this.#obtaining ??= this.#obtain().finally(() => (this.#obtaining = null));
    return this.#obtaining;
  }

  async #obtain(): Promise<VaultToken> {
    const token = await this.#login.obtain();
    this.#obtainedAt = performance.now();
    this.#hold(token);
    return token;
  }

  async #replace(used: Secret): Promise<Secret | null> {
    const outcome = await this.asker.ask(LOOKUP, used);
    if (!isFault(outcome)) return null;
    if (outcome.code !== 'vault_denied') throw await this.asker.explain(outcome, LOOKUP.operation);
    if (!this.#lasting) {
      throw new VaultError(
        'vault_denied',
        { reason: 'token-invalid', status: outcome.status },
        'Vault no longer takes the token in VAULT_TOKEN: it expired or was revoked. Give a new one, or use an AppRole.',
      );
    }
    if (this.#blind && performance.now() - this.#obtainedAt < BLIND_PAUSE_MS) return null;
    this.#held = null;
    const { secret } = await this.#obtainOnce();
    const again = await this.asker.ask(LOOKUP, secret);
    this.#blind = isFault(again) && again.code === 'vault_denied';
    return secret;
  }

  #hold(token: VaultToken): void {
    if (this.#closed) return;
    this.#held = token;
    clearTimeout(this.#timer);
    // A token that was given to us and cannot be renewed simply ends.
    const canGoOn = token.renewable || this.#lasting;
    if (token.expiresAt === null || !canGoOn) return;
    this.#schedule(((token.expiresAt - performance.now()) * 2) / 3, token);
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
    const outcome = await this.asker.ask(
      { ...call('auth.renew', 'POST', 'auth/token/renew-self'), body: {} },
      token.secret,
    );
    // Closed, or replaced meanwhile, because it was revoked.
    if (this.#held?.secret !== token.secret) return;
    if (isFault(outcome) && outcome.code !== 'vault_denied') return this.#retryLater(token);
    const renewed = isFault(outcome) ? null : tokenFromAuth(outcome.body);
    if (renewed !== null && !isShorter(renewed, token)) {
      return this.#hold({ ...renewed, secret: token.secret });
    }
    // The longest time that Vault allows it (max_ttl) is coming, or it was revoked.
    if (this.#lasting) return void (await this.#obtainOnce());
    if (renewed !== null) this.#hold({ ...renewed, secret: token.secret });
  }

  #retryLater(token: VaultToken): void {
    if (this.#closed || token.expiresAt === null) return;
    const left = token.expiresAt - performance.now();
    if (left > 0) this.#schedule(Math.max(250, Math.min(5_000, left / 3)), token);
  }
}

function call(operation: string, method: VaultCall['method'], path: string): VaultCall {
  return { operation, method, path };
}
