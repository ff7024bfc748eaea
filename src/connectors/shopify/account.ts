import type { Account } from '../kit/account.js';
import type { ProviderClient } from '../kit/provider-client.js';
import { boolean } from '../kit/read/boolean.js';
import { currency } from '../kit/read/currency.js';
import { object } from '../kit/read/object.js';
import { text } from '../kit/read/text.js';
import { ask } from './graphql.js';

const SHOP = `query Shop {
  shop { name myshopifyDomain ianaTimezone currencyCode plan { partnerDevelopment } }
}`;

export async function readShop(client: ProviderClient): Promise<Account> {
  const shop = object(await ask(client, SHOP, {}), 'shop');
  return {
    id: text(shop, 'myshopifyDomain').toLowerCase(),
    name: text(shop, 'name'),
    timeZone: text(shop, 'ianaTimezone'),
    currency: currency(shop, 'currencyCode'),
    test: boolean(object(shop, 'plan'), 'partnerDevelopment'),
    details: {},
  };
}
