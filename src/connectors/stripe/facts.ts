import type { ProviderFacts } from '../kit/facts.js';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** Sent with every call; answers have the form of this version. */
export const STRIPE_VERSION = '2026-07-29.dahlia';

/** Sources and what is UNVERIFIED: README.md of this folder. */
export const facts: ProviderFacts = {
  name: 'Stripe',
  hosts: ['api.stripe.com', 'marketplace.stripe.com', 'connect.stripe.com'],
  auth: {
    kind: 'oauth2',
    authorizeUrl: 'https://marketplace.stripe.com/oauth/v2/authorize',
    tokenUrl: 'https://api.stripe.com/v1/oauth/token',
    authorizeParams: {},
    scopeSeparator: ' ',
    // Permissions belong to the version of the app that is installed, not to the consent.
    sendsScope: false,
    pkce: { none: 'Stripe Apps take no code_challenge' },
    clientAuth: 'basic-secret',
    tokenBody: 'form',
    exchangeParams: {},
    standardExchange: true,
    accessTokenMs: HOUR_MS,
    refresh: { rotates: true, replayMs: 0, lifetimeMs: YEAR_MS },
  },
  api: {
    baseUrl: 'https://api.stripe.com',
    headers: { 'Stripe-Version': STRIPE_VERSION },
    tokenHeader: { name: 'Authorization', prefix: 'Bearer ' },
    readingPosts: [],
  },
  params: [],
  scopes: {
    read: [
      'charge_read',
      'balance_read',
      'balance_transaction_source_read',
      'payout_read',
      'dispute_read',
      'subscription_read',
      'invoice_read',
      'plan_read',
      'product_read',
      'coupon_read',
      'event_read',
      'connected_account_read',
    ],
    optionalRead: [],
    write: ['charge_write', 'promotion_code_write', 'invoice_write'],
  },
  limits: {
    // Below a quarter of the 100 a second that an account has for all its own programs too. Stripe asks for
    // no less; a first sync of years needs it, and an account that is busy answers 429, which slows us down.
    account: { perSecond: 24, burst: 40 },
    paths: [],
    concurrent: 4,
  },
  reads: [
    'Balance transactions: amounts, fees, currencies, types, times',
    'Charges, refunds, disputes and payouts: amounts, states, reasons, times',
    'Subscriptions and their prices: states, amounts, intervals, products, discounts',
    'Invoices: amounts, states, times',
    'The balance, and the account’s time zone and currency',
  ],
  neverReads: [
    'Cards, bank accounts and other payment methods',
    'Names, e-mail addresses, phone numbers and addresses of customers',
    'Descriptions, metadata, receipts, evidence of disputes',
  ],
  forbiddenFields: [
    'payment_method_details',
    'payment_method',
    'billing_details',
    'shipping',
    'receipt_email',
    'receipt_url',
    'receipt_number',
    'authorization_code',
    'level3',
    'fraud_details',
    'statement_descriptor',
    'statement_descriptor_suffix',
    'description',
    'metadata',
    'seller_message',
    'destination_details',
    'instructions_email',
    'destination',
    'trace_id',
    'evidence',
    'customer',
    'customer_email',
    'customer_name',
    'customer_phone',
    'customer_address',
    'account_tax_ids',
    'hosted_invoice_url',
    'invoice_pdf',
    'custom_fields',
    'email',
    'company',
    'individual',
    'external_accounts',
    'support_email',
    'support_phone',
    'tos_acceptance',
  ],
  webhooks: { toleranceMs: 300_000, signedWith: 'webhook-secret' },
  revocationEnds: 'account',
};
