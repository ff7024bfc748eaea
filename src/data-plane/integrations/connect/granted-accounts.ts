import { Injectable } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import { Budgets } from '../../../connectors/kit/calls/budgets.js';
import { createProviderClient } from '../../../connectors/kit/calls/create-provider-client.js';
import { BrokenPageError } from '../../../connectors/kit/provider-errors.js';
import type { Tokens } from '../../../connectors/kit/tokens.js';
import type { Provider } from '../../../connectors/providers.js';
import { HttpClient } from '../../../infrastructure/http-client/http-client.js';
import { isCurrency } from '../../../kernel/currency.js';
import { ZoneClock } from '../../../kernel/zone-clock.js';
import { Tenancy } from '../../../tenancy/tenancy.js';

/** Somebody waits in front of a browser. */
const PATIENCE_MS = 30_000;

/** More than that nobody chooses from, and a row must not hold. */
const ACCOUNTS_MAX = 200;

/** The accounts that tokens may read which are not kept yet. */
@Injectable()
export class GrantedAccounts {
  constructor(
    private readonly http: HttpClient,
    private readonly budgets: Budgets,
    private readonly tenancy: Tenancy,
  ) {}

  /**
   * @param key tells its budget of calls from those of others: the account is not known yet
   * @throws what the provider's client throws; BrokenPageError for an account that is none
   */
  async read(
    provider: Provider,
    key: string,
    params: Readonly<Record<string, string>>,
    tokens: Tokens,
  ): Promise<Account[]> {
    const { connector, id } = provider;
    const access = async () => ({ token: tokens.accessToken, version: 1 });
    const client = createProviderClient({
      provider,
      params,
      scopes: tokens.scopes,
      http: this.http,
      // A token that is refused when it is new is refused: asking again changes nothing.
      authorizer: { access, refused: access },
      budget: this.budgets.of(
        id,
        `connecting ${this.tenancy.current().tenant.id}/${key}`,
        connector.facts.limits,
      ),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const accounts = await connector.accounts(client, tokens.grant);
    return accounts.slice(0, ACCOUNTS_MAX).map(sound);
  }
}

/** An account that everything behind can work with: a zone that exists, a currency that is one, names that end. */
function sound(account: Account): Account {
  const { id, name, timeZone, currency } = account;
  if (id === '' || id.length > 200) throw new BrokenPageError('an account has an id');
  if (currency !== null && !isCurrency(currency)) {
    throw new BrokenPageError('the currency of an account is three capital letters');
  }
  try {
    void new ZoneClock(timeZone);
  } catch {
    throw new BrokenPageError('the time zone of an account exists');
  }
  return { ...account, name: name.trim().slice(0, 200) || id };
}
