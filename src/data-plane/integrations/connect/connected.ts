import type { Account } from '../../../connectors/kit/account.js';
import type { Provider } from '../../../connectors/providers.js';

/** What the last page tells. */
export interface Connected {
  kind: 'connected';
  /** As the provider writes itself. */
  provider: string;
  account: Pick<Account, 'name' | 'timeZone' | 'currency' | 'test'>;
}

export function connectedOf(provider: Provider, account: Account): Connected {
  const { name, timeZone, currency, test } = account;
  return {
    kind: 'connected',
    provider: provider.connector.facts.name,
    account: { name, timeZone, currency, test },
  };
}
