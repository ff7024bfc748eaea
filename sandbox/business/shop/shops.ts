/** The first day of every shop, 00:00 UTC, ms. */
export const SHOP_START = Date.parse('2024-09-01T00:00:00Z');

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

export interface ShopAccount {
  key: string;
  host: string;
  number: number;
  name: string;
  zone: string;
  currency: string;
  /** Tax in parts of a hundred thousand, and whether prices hold it already. */
  tax: number;
  taxesIncluded: boolean;
  /** Other currencies customers see, with what one unit of the shop's is there. */
  presentment: Readonly<Record<string, { rate: number; digits: number }>>;
  ordersADay: [number, number];
  plan: string;
  /** Points of its bucket, and how many come back each second. */
  bucket: { size: number; perSecond: number };
  /** A development store: made-up data. */
  development: boolean;
}

export const SHOPS: readonly ShopAccount[] = [
  {
    key: 'blue',
    host: 'numoon-blue.myshopify.com',
    number: 62_001,
    name: 'Blue Bird Supplies',
    zone: 'Europe/Berlin',
    currency: 'EUR',
    tax: 19_000,
    taxesIncluded: true,
    presentment: { GBP: { rate: 0.85, digits: 2 }, JPY: { rate: 161.3, digits: 0 } },
    ordersADay: [1, 5],
    plan: 'Shopify Plus Enterprise',
    bucket: { size: 40_000, perSecond: 2_000 },
    development: false,
  },
  {
    key: 'red',
    host: 'numoon-red.myshopify.com',
    number: 62_002,
    name: 'Red Barn Hardware',
    zone: 'America/Los_Angeles',
    currency: 'USD',
    tax: 8_875,
    taxesIncluded: false,
    presentment: { CAD: { rate: 1.37, digits: 2 } },
    ordersADay: [0, 2],
    plan: 'Basic',
    bucket: { size: 2_000, perSecond: 100 },
    development: false,
  },
];

export interface Variant {
  number: number;
  title: string;
  price: number;
}

export interface ShopProduct {
  number: number;
  title: string;
  giftCard: boolean;
  variants: readonly Variant[];
}

const GOODS: readonly [string, readonly string[], number][] = [
  ['Rain jacket', ['S', 'M', 'L'], 8_990],
  ['Tea pot', ['Blue', 'White'], 3_450],
  ['Garden shears', ['Default Title'], 2_799],
  ['Notebook', ['Lined', 'Plain', 'Dotted'], 1_295],
  ['Lamp', ['Brass', 'Steel'], 12_900],
  ['Seeds', ['Default Title'], 349],
];

/** What a shop sells, gift cards last. Prices in its smallest unit. */
export function goodsOf(shop: ShopAccount): readonly ShopProduct[] {
  const base = shop.number * 1_000;
  const goods = GOODS.map(([title, variants, price], row) => ({
    number: base + row,
    title,
    giftCard: false,
    variants: variants.map((name, column) => ({
      number: (base + row) * 10 + column,
      title: name,
      price: price + column * 150,
    })),
  }));
  const card = {
    number: base + 99,
    title: 'Gift card',
    giftCard: true,
    variants: [{ number: (base + 99) * 10, title: '50', price: 5_000 }],
  };
  return [...goods, card];
}
