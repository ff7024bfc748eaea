import { canaryPerson } from '../../../business/canary.js';
import { SHOP_START, type ShopAccount } from '../../../business/shop/shops.js';
import type { Resolved } from '../graphql/execute.js';
import { gid, iso } from './wire.js';

export function shopShape(shop: ShopAccount): Resolved {
  const person = canaryPerson(shop.number);
  return {
    id: gid('Shop', shop.number),
    contactEmail: person.email,
    createdAt: iso(SHOP_START - 86_400_000),
    currencyCode: shop.currency,
    email: person.email,
    enabledPresentmentCurrencies: [shop.currency, ...Object.keys(shop.presentment)],
    ianaTimezone: shop.zone,
    myshopifyDomain: shop.host,
    name: shop.name,
    plan: {
      displayName: shop.plan,
      partnerDevelopment: shop.development,
      publicDisplayName: shop.plan,
      shopifyPlus: shop.plan.includes('Plus'),
    },
    shopOwnerName: person.name,
    taxShipping: true,
    taxesIncluded: shop.taxesIncluded,
    timezoneOffset: '+0000',
    url: `https://${shop.host}`,
  };
}
