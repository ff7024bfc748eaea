import { Chance } from '../chance.js';

/** The first day of every account, 00:00 UTC, in seconds. Days are counted from it. */
export const DAY_ZERO = Date.parse('2024-09-01T00:00:00Z') / 1_000;

export const DAY = 86_400;

/** Days over which an account of a given size has its charges. */
const SIZED_DAYS = 780;

export interface PaymentsAccount {
  key: string;
  id: string;
  name: string;
  live: boolean;
  zone: string;
  country: string;
  /** Home currency, lower case. */
  home: string;
  /** Currencies that customers pay in, by weight. */
  currencies: Readonly<Record<string, number>>;
  /** Currencies that have a balance of their own; others are changed into the home currency. */
  settles: readonly string[];
  subscriptions: number;
  /** Whether calls are limited as at the provider. Accounts of a given size are for measuring: they are not. */
  limited: boolean;
  chargesOn(seed: string, day: number): number;
}

function daily(id: string, low: number, high: number): PaymentsAccount['chargesOn'] {
  return (seed, day) => {
    if (day < 0) return 0;
    const weekend = day % 7 === 0 || day % 7 === 6 ? 0.6 : 1;
    const grown = 1 + day / 1_500;
    return Math.round(new Chance(seed, id, 'day', day).whole(low, high) * weekend * grown);
  };
}

/**
 * - main: pays in six currencies, keeps five of them; days change with New York's clocks.
 * - second: another country's, on the other side of the date line.
 * - test: the test mode of main, with made-up time in it.
 */
export const PAYMENTS_ACCOUNTS: readonly PaymentsAccount[] = [
  {
    key: 'main',
    id: 'acct_1NuMoonMainLive01',
    name: 'Orchard Goods',
    live: true,
    zone: 'America/New_York',
    country: 'US',
    home: 'usd',
    currencies: { usd: 44, eur: 22, jpy: 12, kwd: 6, isk: 6, gbp: 10 },
    settles: ['usd', 'eur', 'jpy', 'kwd', 'isk'],
    subscriptions: 160,
    limited: true,
    chargesOn: daily('main', 3, 9),
  },
  {
    key: 'second',
    id: 'acct_1NuMoonSecond0002',
    name: 'Kea Outfitters',
    live: true,
    zone: 'Pacific/Auckland',
    country: 'NZ',
    home: 'nzd',
    currencies: { nzd: 70, aud: 30 },
    settles: ['nzd'],
    subscriptions: 30,
    limited: true,
    chargesOn: daily('second', 1, 3),
  },
  {
    key: 'test',
    id: 'acct_1NuMoonTestMode03',
    name: 'Orchard Goods (test mode)',
    live: false,
    zone: 'Etc/UTC',
    country: 'US',
    home: 'usd',
    currencies: { usd: 1 },
    settles: ['usd'],
    subscriptions: 20,
    limited: true,
    chargesOn: daily('test', 0, 2),
  },
];

/** `acct_big200000` has that many charges of its own, to the last one, besides those of its subscriptions. */
export function sizedAccount(keyOrId: string): PaymentsAccount | null {
  const match = /^acct_big(\d{1,8})$/.exec(keyOrId);
  if (match === null) return null;
  const charges = Number(match[1]);
  const before = (day: number): number =>
    Math.floor((Math.max(0, Math.min(day, SIZED_DAYS)) * charges) / SIZED_DAYS);
  return {
    key: keyOrId,
    id: keyOrId,
    name: `Big account of ${charges}`,
    live: true,
    zone: 'Europe/Berlin',
    country: 'DE',
    home: 'eur',
    currencies: { eur: 80, usd: 20 },
    settles: ['eur', 'usd'],
    subscriptions: 40,
    limited: false,
    chargesOn: (_seed, day) => before(day + 1) - before(day),
  };
}
