import { Injectable } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import { exchangeCode } from '../../../connectors/kit/oauth/exchange-code.js';
import type { Tokens } from '../../../connectors/kit/tokens.js';
import { Providers } from '../../../connectors/providers.js';
import { HttpClient } from '../../../infrastructure/http-client/http-client.js';
import { Secret } from '../../../kernel/secret.js';
import { Tenancy } from '../../../tenancy/tenancy.js';
import { TenantDoors } from '../../access/tenant-doors.js';
import { newToken, storedHashOf, tenantOfToken } from '../../access/tokens.js';
import { KeyedTransaction } from '../../keyed-transaction.js';
import { ConnectionAttemptsRepository } from '../connection-attempts.repository.js';
import { BrowserBindings } from './browser-bindings.js';
import { type CallbackQuery, readCallbackQuery } from './callback-query.js';
import { type Connected, connectedOf } from './connected.js';
import { ConnectRefusedError } from './connect.errors.js';
import { FinishConnection } from './finish-connection.js';
import { GrantedAccounts } from './granted-accounts.js';
import { OAuthFlows } from './oauth-flow.js';
import { PendingTokens } from './pending-tokens.js';
import { ReceiveCallback, type Received } from './receive-callback.js';
import { SettleFailure } from './settle-failure.js';

/** Several accounts, of which a person chooses one. */
export interface Choice {
  kind: 'choose';
  provider: string;
  accounts: readonly Account[];
  /** Names the form that is sent with the choice. */
  token: Secret;
}

/** The browser is back from the consent page: its code becomes tokens, the tokens an account. */
@Injectable()
export class CompleteCallback {
  constructor(
    private readonly doors: TenantDoors,
    private readonly tenancy: Tenancy,
    private readonly receive: ReceiveCallback,
    private readonly flows: OAuthFlows,
    private readonly http: HttpClient,
    private readonly providers: Providers,
    private readonly granted: GrantedAccounts,
    private readonly finish: FinishConnection,
    private readonly settle: SettleFailure,
    private readonly pending: PendingTokens,
    private readonly attempts: ConnectionAttemptsRepository,
    private readonly transaction: KeyedTransaction,
    private readonly browsers: BrowserBindings,
  ) {}

  /** @throws ConnectRefusedError */
  async execute(
    providerId: string,
    rawQuery: string,
    cookie: string | undefined,
  ): Promise<Connected | Choice> {
    const query = readCallbackQuery(rawQuery);
    const state = query.state ?? '';
    const callback = { providerId, rawQuery, query, browser: this.browsers.of(cookie) };
    const tenantId = tenantOfToken(state);
    const done = await this.doors.enter(tenantId, ['active'], 'integration.connect', async () => {
      const received = await this.receive.execute(state, callback);
      return this.settle.guard(received, () => this.#use(received, query, state));
    });
    if (done === null) throw new ConnectRefusedError('connect_state_unknown');
    return done;
  }

  async #use(received: Received, query: CallbackQuery, state: string): Promise<Connected | Choice> {
    const { attempt, integration, code } = received;
    const provider = this.providers.get(integration.provider);
    const flow = this.flows.of(integration, state);
    const given = { code: new Secret(code), verifier: attempt.memory.verifier ?? null };
    const exchanged = await exchangeCode(this.http, flow, given);
    const beside = query.kept(provider.connector.tokens.keepFromCallback ?? []);
    const tokens = { ...exchanged, grant: { ...beside, ...exchanged.grant } };
    const accounts = await this.granted.read(provider, attempt.id, integration.params, tokens);
    const candidates = this.#candidates(received, accounts);
    const [account] = candidates;
    if (account === undefined || candidates.length > 1) {
      return this.#offer(received, candidates, tokens);
    }
    await this.finish.execute({ integrationId: integration.id, provider, account, tokens }, (tx) =>
      this.attempts.end(tx, attempt.id, null),
    );
    return connectedOf(provider, account);
  }

  /** When reconnecting, the account is known and there is nothing to choose. */
  #candidates({ integration }: Received, accounts: readonly Account[]): readonly Account[] {
    const { name } = this.providers.get(integration.provider).connector.facts;
    if (accounts.length === 0) throw new ConnectRefusedError('connect_no_account', name);
    const known = integration.account;
    if (known === null) return accounts;
    const same = accounts.find(({ id }) => id === known.id);
    if (same === undefined) throw new ConnectRefusedError('connect_wrong_account', name);
    return [same];
  }

  /** Tokens first: a choice without them could not be made good. Left over after a crash, they go with the attempt. */
  async #offer(
    { attempt, integration }: Received,
    accounts: readonly Account[],
    tokens: Tokens,
  ): Promise<Choice> {
    await this.pending.put(attempt.id, tokens);
    const token = newToken(this.tenancy.current().tenant.id);
    await this.transaction.run((tx) =>
      this.attempts.offerAccounts(tx, attempt.id, { accounts, linkHash: storedHashOf(token) }),
    );
    const { name } = this.providers.get(integration.provider).connector.facts;
    return { kind: 'choose', provider: name, accounts, token: new Secret(token) };
  }
}
