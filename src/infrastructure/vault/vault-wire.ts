import nodeVault from 'node-vault';
import type { Secret } from '../../kernel/secret.js';
import { ExchangeFailure } from './exchange-failure.js';
import { HttpExchanger } from './http-exchange.js';
import type { Exchanged } from './http-exchange.js';
import type { VaultCall, VaultObserver } from './vault-call.js';
import { faultOf, isFault, outcomeOf } from './vault-outcome.js';
import type { Outcome } from './vault-outcome.js';

const ANSWER_BYTES = 1024 * 1024;
/** A list of 500,000 tenants. */
const LIST_BYTES = 16 * 1024 * 1024;

export interface WireOptions {
  base: URL;
  namespace: string | null;
  ca?: string;
  observer?: VaultObserver;
}

export interface SendOptions {
  token: Secret | null;
  timeoutMs: number;
  /** `sys/health` exists in the root namespace only. */
  withoutNamespace?: boolean;
}

interface NodeVaultRequest {
  method: string;
  uri: string;
  headers: Record<string, string>;
  json?: object;
  timeoutMs: number;
  maxBytes: number;
  fresh: boolean;
}

/** One exchange with Vault, through node-vault, which knows its URLs and headers. Never throws. */
export class VaultWire {
  readonly #exchanger: HttpExchanger;
  readonly #vault: nodeVault.client;
  readonly #rootVault: nodeVault.client;
  readonly #observer: VaultObserver | undefined;

  constructor({ base, namespace, ca, observer }: WireOptions) {
    this.#exchanger = new HttpExchanger(base, ca);
    this.#observer = observer;
    this.#vault = this.#nodeVault(base, namespace ?? '');
    this.#rootVault = this.#nodeVault(base, '');
  }

  async send(call: VaultCall, options: SendOptions): Promise<Outcome> {
    const started = performance.now();
    const outcome = await this.#exchange(call, options);
    const result = isFault(outcome) ? outcome.code : outcome.body === null ? 'absent' : 'ok';
    this.#observer?.called(call.operation, result, (performance.now() - started) / 1000);
    return outcome;
  }

  close(): void {
    this.#exchanger.close();
  }

  async #exchange(call: VaultCall, options: SendOptions): Promise<Outcome> {
    const vault = options.withoutNamespace === true ? this.#rootVault : this.#vault;
    const listing = call.method === 'LIST';
    try {
      const exchanged = (await vault.request({
        method: listing ? 'GET' : call.method,
        path: `/${call.path}${listing ? '?list=true' : ''}`,
        headers: options.token === null ? {} : { 'X-Vault-Token': options.token.reveal() },
        ...(call.body === undefined ? {} : { json: call.body }),
        timeoutMs: options.timeoutMs,
        maxBytes: listing ? LIST_BYTES : ANSWER_BYTES,
        fresh: call.repeatable === false,
      })) as Exchanged;
      return outcomeOf(exchanged, call.refusals);
    } catch (error) {
      if (error instanceof ExchangeFailure) return faultOf(error);
      // A mistake of ours in what was asked; its text may quote the request, so it is dropped.
      return { code: 'vault_refused', reason: 'not-sent', again: 'no', unclear: false };
    }
  }

  /**
   * node-vault with our transport in place of its own: axios would follow redirects with the token,
   * obey HTTP_PROXY and VAULT_SKIP_VERIFY, read without limit, and put the token into its errors.
   */
  #nodeVault(base: URL, namespace: string): nodeVault.client {
    const vault = nodeVault({
      endpoint: base.href,
      'request-promise': { defaults: () => this.#transport },
      // Its own prints what is written to Vault when DEBUG=node-vault is set.
      debug: () => undefined,
    });
    // It falls back to VAULT_TOKEN, VAULT_NAMESPACE and VAULT_PREFIX of the environment.
    Object.assign(vault, { token: '', namespace, pathPrefix: '' });
    // Statuses are read by outcomeOf.
    vault.handleVaultResponse = (response) => Promise.resolve(response);
    return vault;
  }

  readonly #transport = (options: NodeVaultRequest): Promise<Exchanged> =>
    this.#exchanger.send({
      method: options.method,
      url: new URL(options.uri),
      headers: {
        ...options.headers,
        // Vault agents and proxies that guard against forged requests ask for it.
        'X-Vault-Request': 'true',
        ...(options.json === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(options.json === undefined ? {} : { body: JSON.stringify(options.json) }),
      timeoutMs: options.timeoutMs,
      maxBytes: options.maxBytes,
      fresh: options.fresh,
    });
}
