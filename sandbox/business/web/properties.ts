import type { WebProperty } from './types.js';

/** The first day that was measured. */
export const FIRST_DAY = '2024-09-01';

const ACME = { id: 100_100, name: 'Acme' };

/**
 * - web: Berlin, euros.
 * - shop: Los Angeles, dollars; in the same account.
 * - kawa: Tokyo, yen (no decimals), another account.
 */
export const WEB_PROPERTIES: readonly WebProperty[] = [
  {
    id: 310_000_001,
    account: ACME,
    name: 'Acme web',
    zone: 'Europe/Berlin',
    currency: 'EUR',
    digits: 2,
    visits: 60,
  },
  {
    id: 310_000_002,
    account: ACME,
    name: 'Acme shop US',
    zone: 'America/Los_Angeles',
    currency: 'USD',
    digits: 2,
    visits: 30,
  },
  {
    id: 310_000_003,
    account: { id: 200_200, name: 'Kawa' },
    name: 'Kawa online',
    zone: 'Asia/Tokyo',
    currency: 'JPY',
    digits: 0,
    visits: 15,
  },
];
