import { DAY_ZERO, type PaymentsAccount } from './accounts.js';
import { DOLLARS, sentDigits, stepped } from './currencies.js';
import { makeId } from './ids.js';

export type Interval = 'day' | 'week' | 'month' | 'year';

export interface Product {
  id: string;
  key: string;
  name: string;
  created: number;
}

export interface Tier {
  upTo: number | null;
  unit: number;
  flat: number;
}

export interface Price {
  id: string;
  product: Product;
  currency: string;
  /** Null: bought once. */
  recurring: { interval: Interval; count: number; metered: boolean } | null;
  /** Decimal text of the smallest unit sent: `1900`, `1250.5`. Null: by tiers. */
  unit: string | null;
  tiers: readonly Tier[] | null;
  inclusive: boolean;
  created: number;
}

interface Offer {
  product: string;
  dollars: number;
  interval: Interval | null;
  count?: number;
  metered?: boolean;
  inclusive?: boolean;
  /** Half a smallest unit on top, so that the price is no whole number. */
  half?: boolean;
  tiered?: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  starter: 'Starter',
  team: 'Team',
  business: 'Business',
  seats: 'Extra seats',
  usage: 'Usage',
  local: 'Local, tax included',
  scale: 'Scale',
  setup: 'Setup',
};

const OFFERS: readonly Offer[] = [
  { product: 'starter', dollars: 19, interval: 'month' },
  { product: 'starter', dollars: 190, interval: 'year' },
  { product: 'team', dollars: 49, interval: 'month' },
  { product: 'team', dollars: 140, interval: 'month', count: 3 },
  { product: 'business', dollars: 199, interval: 'month' },
  { product: 'business', dollars: 52, interval: 'week' },
  { product: 'business', dollars: 16, interval: 'day', count: 2 },
  { product: 'seats', dollars: 7, interval: 'month', half: true },
  { product: 'usage', dollars: 0.02, interval: 'month', metered: true },
  { product: 'local', dollars: 59.5, interval: 'month', inclusive: true },
  { product: 'scale', dollars: 9, interval: 'month', tiered: true },
  { product: 'setup', dollars: 250, interval: null },
];

/** What the account sells. */
export function catalogueOf(account: PaymentsAccount): {
  products: readonly Product[];
  prices: readonly Price[];
} {
  const products = Object.entries(NAMES).map(([key, name], slot) => ({
    id: makeId('prod', account.id, { day: 0, slot, number: 0 }),
    key,
    name,
    created: DAY_ZERO + slot * 60,
  }));
  const byKey = new Map(products.map((product) => [product.key, product]));
  const currencies = account.settles;
  const prices: Price[] = [];
  for (const [row, offer] of OFFERS.entries()) {
    for (const [column, currency] of currencies.entries()) {
      const product = byKey.get(offer.product);
      if (product === undefined) continue;
      const slot = row * 10 + column;
      prices.push({
        id: makeId('price', account.id, { day: 0, slot, number: 0 }),
        product,
        currency,
        recurring:
          offer.interval === null
            ? null
            : {
                interval: offer.interval,
                count: offer.count ?? 1,
                metered: offer.metered === true,
              },
        ...amounts(offer, currency),
        inclusive: offer.inclusive === true,
        created: DAY_ZERO + 3_600 + slot * 60,
      });
    }
  }
  return { products, prices };
}

function amounts(
  offer: Offer,
  currency: string,
): { unit: string | null; tiers: readonly Tier[] | null } {
  const unit = stepped(
    (offer.dollars / (DOLLARS[currency] ?? 1)) * 10 ** sentDigits(currency),
    currency,
  );
  if (offer.tiered) {
    const half = stepped(unit / 2, currency);
    return {
      unit: null,
      tiers: [
        { upTo: 5, unit, flat: unit * 2 },
        { upTo: null, unit: half, flat: 0 },
      ],
    };
  }
  const isWhole = !offer.half || sentDigits(currency) === 3 || currency === 'isk';
  return { unit: isWhole ? String(unit) : `${unit}.5`, tiers: null };
}
