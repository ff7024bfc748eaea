import type { Account } from '../kit/account.js';
import { ProviderError } from '../kit/provider-errors.js';
import type { ProviderClient } from '../kit/provider-client.js';
import { currency } from '../kit/read/currency.js';
import { optionalList } from '../kit/read/optional-list.js';
import { optionalText } from '../kit/read/optional-text.js';
import { text } from '../kit/read/text.js';
import { ADMIN_API } from './facts.js';

/** Properties offered to choose from, at most: each is asked for its zone. */
const OFFERED_MAX = 100;

/** The properties that whoever consented may read, each an account of its own. */
export async function readProperties(client: ProviderClient): Promise<Account[]> {
  const found: string[] = [];
  let pageToken: string | undefined;
  do {
    const query = { pageSize: 200, pageToken };
    const { body } = await client.get(`${ADMIN_API}/v1beta/accountSummaries`, query);
    for (const account of optionalList(body, 'accountSummaries') ?? []) {
      for (const property of optionalList(account, 'propertySummaries') ?? []) {
        found.push(text(property, 'property').replace(/^properties\//, ''));
      }
    }
    pageToken = optionalText(body, 'nextPageToken') ?? undefined;
  } while (pageToken !== undefined && pageToken !== '' && found.length < OFFERED_MAX);
  const accounts: Account[] = [];
  for (const id of found.slice(0, OFFERED_MAX)) {
    const account = await readProperty(client, id);
    if (account !== null) accounts.push(account);
  }
  return accounts;
}

/** @throws ProviderError `paused` where it lies in the bin */
export async function readPropertyAgain(client: ProviderClient, id: string): Promise<Account> {
  const account = await readProperty(client, id);
  if (account !== null) return account;
  throw new ProviderError(
    { kind: 'paused', what: 'the property is in the bin' },
    {
      provider: 'Google Analytics',
      method: 'GET',
      host: new URL(ADMIN_API).host,
      path: '/v1beta/properties/{id}',
    },
  );
}

async function readProperty(client: ProviderClient, id: string): Promise<Account | null> {
  const { body } = await client.get(`${ADMIN_API}/v1beta/properties/${encodeURIComponent(id)}`);
  if ((optionalText(body, 'deleteTime') ?? '') !== '') return null;
  return {
    id,
    name: text(body, 'displayName'),
    timeZone: text(body, 'timeZone'),
    currency:
      (optionalText(body, 'currencyCode') ?? '') === '' ? null : currency(body, 'currencyCode'),
    test: false,
    details: {
      // Roll-ups and subproperties count what other properties count too.
      type: optionalText(body, 'propertyType') ?? '',
      level: optionalText(body, 'serviceLevel') ?? '',
    },
  };
}
