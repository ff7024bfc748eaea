import type { Secret } from '../../kernel/secret.js';
import type { VaultCall } from './vault-call.js';
import type { VaultCredentials } from './vault-credentials.js';
import { VaultError } from './vault.errors.js';
import { isFault } from './vault-outcome.js';
import type { Fault, Outcome } from './vault-outcome.js';
import { tokenFromAuth, tokenFromLookup, unknownToken } from './vault-token.js';
import type { VaultToken } from './vault-token.js';

/** How a session asks Vault: with a token or without one, repeating as needed. Never throws. */
export interface Asker {
  ask(call: VaultCall, token: Secret | null): Promise<Outcome>;
  explain(fault: Fault, operation: string): Promise<VaultError>;
}

/** After a refused login; a flood of requests must not become a flood of logins. */
const REFUSED_PAUSE_MS = 1_000;

export const LOOKUP: VaultCall = {
  operation: 'auth.lookup',
  method: 'GET',
  path: 'auth/token/lookup-self',
};

/** Makes a token out of the credentials. */
export class VaultLogin {
  #refused: { error: VaultError; until: number } | null = null;

  constructor(
    private readonly credentials: VaultCredentials,
    private readonly asker: Asker,
  ) {}

  /** @throws VaultError `vault_denied` when the credentials are not taken; others when Vault is out */
  async obtain(): Promise<VaultToken> {
    if (this.#refused !== null && performance.now() < this.#refused.until) {
      throw this.#refused.error;
    }
    const { credentials } = this;
    return credentials.kind === 'token'
      ? this.#lookUp(credentials.token)
      : this.#logIn(credentials);
  }

  async #logIn({ roleId, secretId }: { roleId: Secret; secretId: Secret }): Promise<VaultToken> {
    const operation = 'auth.login';
    const body = { role_id: roleId.reveal(), secret_id: secretId.reveal() };
    const call = { operation, method: 'POST', path: 'auth/approle/login', body } as const;
    const outcome = await this.asker.ask(call, null);
    if (isFault(outcome)) throw await this.#loginError(outcome);
    const token = tokenFromAuth(outcome.body);
    if (token === null) {
      throw new VaultError('vault_failing', { operation, reason: 'unexpected-answer' });
    }
    return token;
  }

  async #loginError(fault: Fault): Promise<VaultError> {
    const refused = fault.code === 'vault_denied' || fault.code === 'vault_refused';
    if (!refused || fault.reason === 'redirect') return this.asker.explain(fault, 'auth.login');
    const error = new VaultError(
      'vault_denied',
      { operation: 'auth.login', reason: 'login-refused' },
      'Vault refused the AppRole login: check VAULT_ROLE_ID, VAULT_SECRET_ID (is it used up or expired?) and VAULT_NAMESPACE.',
    );
    this.#refused = { error, until: performance.now() + REFUSED_PAUSE_MS };
    return error;
  }

  /** Learns how long a given token lives. One that may not look at itself is used as it is. */
  async #lookUp(secret: Secret): Promise<VaultToken> {
    const outcome = await this.asker.ask(LOOKUP, secret);
    if (!isFault(outcome)) return tokenFromLookup(secret, outcome.body);
    if (outcome.code === 'vault_denied') return unknownToken(secret);
    throw await this.asker.explain(outcome, LOOKUP.operation);
  }
}
