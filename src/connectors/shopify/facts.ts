import type { ProviderFacts } from '../kit/facts.js';

const DAY_MS = 86_400_000;

/** Quarterly; an expired one would quietly become the oldest that still is there. */
export const SHOPIFY_VERSION = '2026-07';

/** Sources and what is UNVERIFIED: README.md of this folder. */
export const facts: ProviderFacts = {
  name: 'Shopify',
  hosts: ['*.myshopify.com'],
  auth: {
    kind: 'oauth2',
    authorizeUrl: 'https://{shop}/admin/oauth/authorize',
    tokenUrl: 'https://{shop}/admin/oauth/access_token',
    // An offline token: one of the shop and not of a person who is signed in.
    authorizeParams: { 'grant_options[]': '' },
    scopeSeparator: ',',
    sendsScope: true,
    pkce: { none: 'Shopify signs the way back instead, with the app’s secret' },
    clientAuth: 'body',
    tokenBody: 'json',
    exchangeParams: { expiring: '1' },
    standardExchange: false,
    accessTokenMs: 3_600_000,
    // The older token may be used again until the newer one is, at most for thirty days.
    refresh: { rotates: true, replayMs: 30 * DAY_MS, lifetimeMs: 90 * DAY_MS },
  },
  api: {
    baseUrl: `https://{shop}/admin/api/${SHOPIFY_VERSION}`,
    headers: {},
    tokenHeader: { name: 'X-Shopify-Access-Token', prefix: '' },
    readingPosts: ['/graphql.json'],
  },
  params: [
    {
      name: 'shop',
      title: 'Your shop’s address',
      example: 'blue-bird.myshopify.com',
      pattern: '^[a-zA-Z0-9][a-zA-Z0-9-]{0,60}\\.myshopify\\.com$',
    },
  ],
  scopes: {
    // Asked for together: Shopify grants what the app may have and the merchant agrees to.
    read: [
      'read_orders',
      'read_all_orders',
      'read_products',
      'read_customers',
      'read_shopify_payments_disputes',
    ],
    optionalRead: [],
    write: ['write_orders', 'write_products', 'write_discounts'],
    implies: [{ scope: 'write_{x}', gives: 'read_{x}' }],
  },
  // Points and not calls are what is limited; how many are left is told with each answer.
  limits: { account: { perSecond: 4, burst: 8 }, paths: [], concurrent: 2 },
  reads: [
    'Orders: amounts, dates, states, channels; products and variants sold; refunds and payments by gateway',
    'How many orders of a customer came before; no customer itself',
    'Disputes: amounts and states',
    'The shop’s time zone and currency',
  ],
  neverReads: [
    'Names, e-mail addresses, phone numbers and addresses of customers and staff',
    'Notes, attributes, discount codes of persons, browser data',
    'Card numbers, receipts and bank accounts',
  ],
  forbiddenFields: [
    'email',
    'phone',
    'firstName',
    'lastName',
    'displayName',
    'defaultEmailAddress',
    'defaultPhoneNumber',
    'defaultAddress',
    'billingAddress',
    'shippingAddress',
    'note',
    'customAttributes',
    'clientIp',
    'statusPageUrl',
    'landingPageUrl',
    'landingPageDisplayText',
    'referrerUrl',
    'referrerDisplayText',
    'discountCode',
    'discountCodes',
    'tags',
    'checkoutToken',
    'cartToken',
    'accountNumber',
    'paymentDetails',
    'receiptJson',
    'authorizationCode',
    'paymentId',
    'bankAccounts',
    'multipassIdentifier',
    'unsubscribeUrl',
    'contactEmail',
    'shopOwnerName',
  ],
  webhooks: { toleranceMs: null, signedWith: 'client-secret' },
  revocationEnds: 'account',
};
