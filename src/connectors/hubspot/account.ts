import type { Account } from '../kit/account.js';
import type { ProviderClient } from '../kit/provider-client.js';
import { currency } from '../kit/read/currency.js';
import { text } from '../kit/read/text.js';
import { whole } from '../kit/read/whole.js';
import { HUBSPOT_VERSION } from './facts.js';

/** Accounts of production are STANDARD; all others (sandboxes, developers' and their tests') hold made-up data. */
const REAL = 'STANDARD';

export async function readAccount(client: ProviderClient): Promise<Account> {
  const { body } = await client.get(`/account-info/${HUBSPOT_VERSION}/details`);
  const id = String(whole(body, 'portalId'));
  return {
    id,
    // The account's address would say more, and is not read: it can be a person's.
    name: `HubSpot ${id}`,
    timeZone: text(body, 'timeZone'),
    currency: currency(body, 'companyCurrency'),
    test: text(body, 'accountType') !== REAL,
    details: {},
  };
}
