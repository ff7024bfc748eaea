import type { CrmAccount } from './types.js';

/** The first day any hub has records of. */
export const OPENED = '2024-09-01';

/**
 * - acme: the ordinary one, four currencies.
 * - solo: a plan without multi-currency; knows no amount in home currency.
 * - large: yen (no decimals), and an import of more deals than one search can page through.
 * - test: a developer's test account.
 */
export const CRM_ACCOUNTS: readonly CrmAccount[] = [
  {
    id: 24_310_587,
    key: 'acme',
    name: 'Acme Tools',
    domain: 'acme-tools.zzyxquill.example',
    zone: 'US/Eastern',
    currency: 'USD',
    otherCurrencies: ['EUR', 'GBP', 'JPY'],
    type: 'STANDARD',
    dealsAMonth: [13, 18],
    contactsADay: [0, 5],
    bulkImport: null,
  },
  {
    id: 51_200_934,
    key: 'solo',
    name: 'Atelier Solo',
    domain: 'atelier-solo.zzyxquill.example',
    zone: 'Europe/Berlin',
    currency: 'EUR',
    otherCurrencies: null,
    type: 'STANDARD',
    dealsAMonth: [3, 6],
    contactsADay: [0, 2],
    bulkImport: null,
  },
  {
    id: 8_675_401,
    key: 'large',
    name: 'Kawa Trading',
    domain: 'kawa-trading.zzyxquill.example',
    zone: 'Asia/Tokyo',
    currency: 'JPY',
    otherCurrencies: ['USD'],
    type: 'STANDARD',
    dealsAMonth: [20, 30],
    contactsADay: [2, 8],
    bulkImport: { at: '2026-03-14T03:00:00.000Z', count: 12_400 },
  },
  {
    id: 47_990_021,
    key: 'test',
    name: 'Acme test account',
    domain: 'acme-test.zzyxquill.example',
    zone: 'Pacific/Auckland',
    currency: 'NZD',
    otherCurrencies: ['AUD'],
    type: 'DEVELOPER_TEST',
    dealsAMonth: [1, 2],
    contactsADay: [0, 1],
    bulkImport: null,
  },
];
