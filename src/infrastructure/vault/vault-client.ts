import type { Secret } from '../../kernel/secret.js';
import { Breaker } from './breaker.js';
import { Gate } from './gate.js';
import { repeat } from './repeat.js';
import { parseVaultAddress } from './vault-address.js';
import type { VaultBody, VaultCall, VaultObserver } from './vault-call.js';
import type { VaultCredentials } from './vault-credentials.js';
import { VaultError } from './vault.errors.js';
import { askHealth, codeOfState } from './vault-health.js';
import type { VaultHealth } from './vault-health.js';
import { isFault } from './vault-outcome.js';
import type { Fault, Outcome } from './vault-outcome.js';
import { VaultSession } from './vault-session.js';
import { VaultWire } from './vault-wire.js';
import { within } from './within.js';

export interface VaultClientOptions {
  address: string;
  credentials: VaultCredentials;
  namespace?: string | null;
  /** Certificates in PEM that are trusted in place of the system's. */
  ca?: string;
  /** For one attempt. */
  timeoutMs?: number;
  /** For a call with all its attempts; finding out what is wrong may add a second. */
  totalMs?: number;
  observer?: VaultObserver;
}

const ATTEMPTS = 3;
const IN_FLIGHT = 32;
const MAX_WAITING = 512;
const MAX_WAIT_MS = 1_000;
const OUTAGE_PAUSE_MS = 1_000;
const HEALTH_TIMEOUT_MS = 1_000;
const GOODBYE_TIMEOUT_MS = 1_000;

/** Waiting for a token took all the time there was. */
const LATE: Fault = { code: 'vault_slow', reason: 'timeout', again: 'no', unclear: true };

/**
 * Vault's API with a token that is kept alive, and with a bound on everything: time of an attempt and
 * of a call, attempts, calls at once, waiting callers, size of an answer.
 */
export class VaultClient {
  readonly #wire: VaultWire;
  readonly #session: VaultSession;
  readonly #gate = new Gate(IN_FLIGHT, MAX_WAITING, MAX_WAIT_MS);
  readonly #breaker = new Breaker(OUTAGE_PAUSE_MS);
  readonly #timeoutMs: number;
  readonly #totalMs: number;
  #health: Promise<VaultHealth> | null = null;
  #closed = false;

  /** @throws VaultError `vault_address_invalid`; `vault_address_insecure` */
  constructor(options: VaultClientOptions) {
    const base = parseVaultAddress(options.address);
    const { namespace = null, ca, observer } = options;
    this.#timeoutMs = options.timeoutMs ?? 2_000;
    this.#totalMs = options.totalMs ?? 5_000;
    this.#wire = new VaultWire({
      base,
      namespace,
      ...(ca === undefined ? {} : { ca }),
      ...(observer === undefined ? {} : { observer }),
    });
    this.#session = new VaultSession(options.credentials, {
      ask: (call, token) => this.#send(call, token, this.#closed ? 1 : ATTEMPTS),
      explain: (fault, operation) => this.#explain(fault, operation),
    });
  }

  /**
   * The parsed answer, or null where nothing is there (404).
   *
   * @throws VaultError one of `vault_*`; a refusal (400) is `vault_refused`, with the reason that
   *   `call.refusals` gives its text
   */
  async request(call: VaultCall): Promise<VaultBody | null> {
    if (this.#closed) throw new VaultError('vault_unreachable', { reason: 'closed' });
    this.#breaker.refuseWhileOut(call.operation);
    return this.#gate.run(
      () => this.#breaker.run(call.operation, (alone) => this.#perform(call, alone ? 1 : ATTEMPTS)),
      () => new VaultError('vault_slow', { operation: call.operation, reason: 'queue' }),
    );
  }

  /** The server's state by its own word; asks without a token, one question at a time. */
  health(): Promise<VaultHealth> {
    const timeoutMs = Math.min(HEALTH_TIMEOUT_MS, this.#timeoutMs);
    this.#health ??= askHealth(this.#wire, timeoutMs).finally(() => (this.#health = null));
    return this.#health;
  }

  /**
   * Resolves when Vault is unsealed and takes our token. A standby counts when it passes requests on.
   *
   * @throws VaultError
   */
  async check(): Promise<void> {
    const { state, outcome } = await this.health();
    const code = codeOfState(state);
    if (code !== null) throw new VaultError(code, { operation: 'sys.health', reason: state });
    if (state === 'unknown') {
      throw isFault(outcome)
        ? errorOf(outcome, 'sys.health')
        : new VaultError('vault_failing', { operation: 'sys.health', reason: 'not-vault' });
    }
    await this.request({
      operation: 'auth.lookup',
      method: 'GET',
      path: 'auth/token/lookup-self',
    });
  }

  /** Stops timers, gives back the token of our login, closes connections. Takes a second at most. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#session.close();
    this.#wire.close();
  }

  async #perform(call: VaultCall, attempts: number): Promise<VaultBody | null> {
    const deadline = performance.now() + this.#totalMs;
    const late = () => this.#explain(LATE, call.operation);
    const token = await within(this.#session.token(), deadline, late);
    let outcome = await this.#send(call, token, attempts, deadline);
    if (isFault(outcome) && outcome.code === 'vault_denied') {
      const replacement = this.#session.replacementFor(token);
      const other = await within(replacement, deadline, late);
      if (other !== null) outcome = await this.#send(call, other, attempts, deadline);
    }
    if (isFault(outcome)) throw await this.#explain(outcome, call.operation);
    return outcome.body;
  }

  #send(
    call: VaultCall,
    token: Secret | null,
    attempts: number,
    deadline = performance.now() + this.#totalMs,
  ): Promise<Outcome> {
    const timeoutMs = this.#closed ? GOODBYE_TIMEOUT_MS : this.#timeoutMs;
    return repeat((ms) => this.#wire.send(call, { token, timeoutMs: ms }), {
      repeatable: call.repeatable !== false,
      attempts,
      timeoutMs,
      deadline,
    });
  }

  /** A timeout or an error 5xx says little: the server's health tells sealed from failing. */
  async #explain(fault: Fault, operation: string): Promise<VaultError> {
    if (!fault.unclear) return errorOf(fault, operation);
    const { state } = await this.health();
    const code = state === 'standby' && fault.reason !== 'timeout' ? 'vault_standby' : null;
    return errorOf({ ...fault, code: codeOfState(state) ?? code ?? fault.code }, operation);
  }
}

function errorOf({ code, status, reason }: Fault, operation: string): VaultError {
  return new VaultError(code, {
    operation,
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
  });
}
