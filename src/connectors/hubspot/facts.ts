import type { ProviderFacts } from '../kit/facts.js';

/** The dated version in every path; supported until 18 months after it came out. */
export const HUBSPOT_VERSION = '2026-03';

/** Sources and what is UNVERIFIED: README.md of this folder. */
export const facts: ProviderFacts = {
  name: 'HubSpot',
  hosts: ['app.hubspot.com', 'api.hubapi.com'],
  auth: {
    kind: 'oauth2',
    authorizeUrl: 'https://app.hubspot.com/oauth/authorize',
    tokenUrl: `https://api.hubapi.com/oauth/${HUBSPOT_VERSION}/token`,
    authorizeParams: {},
    scopeSeparator: ' ',
    sendsScope: true,
    optionalScopeParam: 'optional_scope',
    // Sent; whether it is looked at for an app with a secret is UNVERIFIED, and nothing rests on it.
    pkce: 'S256',
    clientAuth: 'body',
    tokenBody: 'form',
    exchangeParams: {},
    standardExchange: true,
    accessTokenMs: 1_800_000,
    // Rotation is not documented: an older token stays good, and a newer one is kept where it comes.
    refresh: { rotates: false, replayMs: Number.MAX_SAFE_INTEGER, lifetimeMs: null },
  },
  api: {
    baseUrl: 'https://api.hubapi.com',
    headers: {},
    tokenHeader: { name: 'Authorization', prefix: 'Bearer ' },
    readingPosts: [`/crm/objects/${HUBSPOT_VERSION}/contacts/search`],
  },
  params: [],
  scopes: {
    read: ['oauth', 'crm.objects.contacts.read', 'crm.objects.deals.read'],
    optionalRead: ['crm.schemas.deals.read'],
    write: ['crm.objects.deals.write', 'crm.objects.contacts.write'],
  },
  limits: {
    // 110 in ten seconds are allowed for one installation.
    account: { perSecond: 8, burst: 20 },
    // Five a second, for all programs that search in the account.
    paths: [{ path: '/crm/objects/{version}/{type}/search', perSecond: 3, burst: 3 }],
    concurrent: 4,
  },
  reads: [
    'Deals: amounts, stages, pipelines, dates, whether won or lost',
    'Pipelines and their stages',
    'How many contacts there are, by day and by lifecycle stage; no contact itself',
    'The account’s time zone and currency',
  ],
  neverReads: [
    'Names, e-mail addresses, phone numbers and addresses of contacts and owners',
    'Names and descriptions of deals, notes, e-mails, companies',
    'Sensitive properties of any kind',
  ],
  forbiddenFields: [
    'email',
    'firstname',
    'lastname',
    'phone',
    'mobilephone',
    'address',
    'city',
    'zip',
    'company',
    'dealname',
    'description',
    'notes',
    'hub_domain',
    'user',
    'user_id',
    'sourceId',
    'hubspot_owner_id',
  ],
  webhooks: { toleranceMs: 300_000, signedWith: 'client-secret' },
  revocationEnds: 'account',
};
