import { BrokenPageError } from '../kit/provider-errors.js';
import type { Account } from '../kit/account.js';
import type { ProviderClient } from '../kit/provider-client.js';
import { currency } from '../kit/read/currency.js';
import { object } from '../kit/read/object.js';
import { optionalText } from '../kit/read/optional-text.js';
import { property } from '../kit/read/property.js';
import { text } from '../kit/read/text.js';

const TEST = ':test';

/** An account's live and test mode are two accounts to us: their objects must never meet. */
export function accountId(stripeId: string, live: boolean): string {
  return live ? stripeId : stripeId + TEST;
}

/** Stripe's own id of the account. */
export function stripeIdOf(account: Account): string {
  return account.id.endsWith(TEST) ? account.id.slice(0, -TEST.length) : account.id;
}

/** @param live of the grant: the account itself does not say in which mode it is read */
export async function readAccount(client: ProviderClient, live: boolean): Promise<Account> {
  const { body } = await client.get('/v1/account');
  const dashboard = object(object(body, 'settings'), 'dashboard');
  const timeZone = optionalText(dashboard, 'timezone');
  if (timeZone === null) throw new BrokenPageError('settings.dashboard.timezone is a text');
  const profile = property(body, 'business_profile') ?? {};
  return {
    id: accountId(text(body, 'id'), live),
    name: optionalText(profile, 'name') ?? optionalText(dashboard, 'display_name') ?? 'Stripe',
    timeZone,
    currency: currency(body, 'default_currency'),
    test: !live,
    details: {},
  };
}
