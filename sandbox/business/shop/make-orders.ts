import { Chance } from '../chance.js';
import { makeDispute, makePayments } from './make-payments.js';
import {
  type Line,
  type OrderEvent,
  type OrderLife,
  partOf,
  type Taken,
  type Transaction,
} from './order-life.js';
import {
  DAY_MS,
  goodsOf,
  HOUR_MS,
  SHOP_START,
  type ShopAccount,
  type ShopProduct,
} from './shops.js';

const APPS: Readonly<Record<string, { app: string | null; source: string }>> = {
  web: { app: 'Online Store', source: 'web' },
  pos: { app: 'Point of Sale', source: 'pos' },
  draft: { app: 'Draft Orders', source: 'shopify_draft_order' },
  social: { app: 'Facebook & Instagram', source: '2329312' },
  unknown: { app: null, source: 'imported' },
};

const CHANNELS = { web: 60, pos: 18, draft: 8, social: 10, unknown: 4 } as const;

const REASONS = { CUSTOMER: 5, INVENTORY: 2, FRAUD: 1, DECLINED: 1, OTHER: 1 } as const;

/** Orders made on a day of UTC, oldest first. @param first number of the day's first order */
export function makeOrdersOf(
  shop: ShopAccount,
  seed: string,
  day: number,
  first: number,
  customers: number,
): { orders: OrderLife[]; customers: number } {
  const chance = new Chance(seed, shop.host, 'day', day);
  const count = chance.whole(...shop.ordersADay);
  const orders: OrderLife[] = [];
  let known = customers;
  for (let index = 0; index < count; index += 1) {
    const own = new Chance(seed, shop.host, 'order', day, index);
    const created =
      SHOP_START + day * DAY_MS + Math.floor(((index + own.next() * 0.9) / count) * DAY_MS);
    const order = makeOrder(shop, own, first + index, Math.floor(created / 1_000) * 1_000, known);
    if (order.customer === known) known += 1;
    orders.push(order);
  }
  return { orders, customers: known };
}

function makeOrder(
  shop: ShopAccount,
  chance: Chance,
  number: number,
  created: number,
  customers: number,
): OrderLife {
  const channel = chance.weighted(CHANNELS);
  const { app, source } = APPS[channel] ?? { app: null, source: 'web' };
  const isImport = channel === 'unknown' && chance.happens(0.6);
  const isTest = chance.happens(0.02);
  const goods = goodsOf(shop);
  const lines = makeLines(shop, chance, number, goods);
  const hasGoods = lines.some((line) => !line.product.giftCard);
  const shipping = hasGoods && channel !== 'pos' ? taxed(shop, chance.pick([490, 790, 0])) : FREE;
  const others = Object.entries(shop.presentment);
  const [currency, seen] = chance.pick(others);
  const order: OrderLife = {
    number,
    created,
    processed: isImport ? created - chance.whole(3, 40) * DAY_MS : created,
    test: isTest,
    customer: isTest || isImport ? null : pickCustomer(chance, customers),
    app,
    sourceName: source,
    presentment: chance.happens(0.2) ? { currency, ...seen } : null,
    lines,
    shipping,
    tip: channel === 'pos' && chance.happens(0.3) ? chance.whole(1, 8) * 50 : 0,
    duty: channel === 'web' && chance.happens(0.03) ? 1_250 : 0,
    transactions: [],
    events: [],
    cancelled: null,
    fulfilled: null,
    dispute: null,
    deletedAt: null,
  };
  order.transactions = makePayments(chance, order, isTest);
  if (chance.happens(0.92)) {
    order.fulfilled = {
      at: created + chance.whole(1, 90) * HOUR_MS,
      partly: chance.happens(0.06),
    };
  }
  follow(chance, order, shop, goods);
  return order;
}

/** What becomes of it: edits, returns, cancellation, disputes, deletion. */
function follow(
  chance: Chance,
  order: OrderLife,
  shop: ShopAccount,
  goods: readonly ShopProduct[],
): void {
  const fate = chance.next();
  const at = order.created + chance.whole(1, 30) * DAY_MS + chance.whole(0, 20) * HOUR_MS;
  const paid = order.transactions.filter((one) => ['SALE', 'CAPTURE'].includes(one.kind));
  const isPaid = paid.some((one) => one.outcome === 'SUCCESS');
  if (fate < 0.05) {
    order.cancelled = { at, reason: chance.weighted(REASONS) };
    order.fulfilled = null;
    // Some are cancelled and the money stays for now.
    if (chance.happens(0.8)) order.events.push(refundAll(chance, order, at, isPaid));
    const authorized = order.transactions.find((one) => one.kind === 'AUTHORIZATION');
    if (!isPaid && authorized) {
      order.transactions.push({
        ...authorized,
        number: authorized.number + 5,
        kind: 'VOID',
        at,
        settledAt: at,
      });
    }
    // And some thrown away altogether.
    if (chance.happens(0.15)) order.deletedAt = at + 2 * DAY_MS;
    return;
  }
  if (fate < 0.13) {
    const event = edit(chance, order, shop, goods, order.created + chance.whole(1, 50) * HOUR_MS);
    if (event !== null) order.events.push(event);
    return;
  }
  if (fate < 0.24 && isPaid) {
    const event = refundPart(chance, order, at);
    if (event !== null) order.events.push(event);
    return;
  }
  if (fate < 0.27 && isPaid) order.dispute = makeDispute(chance, order);
}

const FREE = { net: 0, tax: 0 };

function taxed(shop: ShopAccount, price: number): { net: number; tax: number } {
  const net = shop.taxesIncluded ? Math.round((price * 100_000) / (100_000 + shop.tax)) : price;
  return { net, tax: shop.taxesIncluded ? price - net : Math.round((price * shop.tax) / 100_000) };
}

function makeLines(
  shop: ShopAccount,
  chance: Chance,
  order: number,
  goods: readonly ShopProduct[],
): Line[] {
  const count = chance.whole(1, 4);
  const found: Line[] = [];
  for (let index = 0; index < count; index += 1) {
    const card = goods.at(-1);
    const product = chance.happens(0.04) && card ? card : chance.pick(goods.slice(0, -1));
    found.push(makeLine(shop, chance, order * 100 + index, product));
  }
  return found;
}

export function makeLine(
  shop: ShopAccount,
  chance: Chance,
  number: number,
  product: ShopProduct,
): Line {
  const variant = chance.pick(product.variants);
  const quantity = product.giftCard ? 1 : chance.whole(1, 5);
  const full = variant.price * quantity;
  if (product.giftCard) {
    return { number, product, variant, quantity, net: full, tax: 0, discount: 0 };
  }
  const off = chance.happens(0.25) ? Math.round(full * chance.pick([0.1, 0.15, 0.333])) : 0;
  const { net, tax } = taxed(shop, full - off);
  const { net: netOff } = taxed(shop, off);
  return { number, product, variant, quantity, net, tax, discount: netOff };
}

function pickCustomer(chance: Chance, customers: number): number | null {
  const kind = chance.next();
  if (kind < 0.1) return null;
  if (kind < 0.45 && customers > 5) return Math.floor(chance.next() * customers);
  return customers;
}

function refundAll(chance: Chance, order: OrderLife, at: number, isPaid: boolean): OrderEvent {
  const taken = order.lines.map((line) => ({ line, from: 0, to: line.quantity }));
  return refundEvent(chance, order, at, taken, true, isPaid);
}

function refundPart(chance: Chance, order: OrderLife, at: number): OrderEvent | null {
  const lines = order.lines.filter((line) => !line.product.giftCard);
  if (lines.length === 0) return null;
  const line = chance.pick(lines);
  const taken = [{ line, from: 0, to: chance.whole(1, line.quantity) }];
  return refundEvent(chance, order, at, taken, chance.happens(0.2), true);
}

export function refundEvent(
  chance: Chance,
  order: OrderLife,
  at: number,
  taken: Taken[],
  shipping: boolean,
  isPaid: boolean,
): OrderEvent {
  const goods = taken.reduce(
    (sum, { line, from, to }) =>
      sum + partOf(line.net, line.quantity, from, to) + partOf(line.tax, line.quantity, from, to),
    0,
  );
  const amount = goods + (shipping ? order.shipping.net + order.shipping.tax : 0);
  const number = order.number * 10 + 1 + order.events.length;
  const isSlow = chance.happens(0.15);
  const gateway = order.transactions.at(-1)?.gateway ?? 'manual';
  const transaction: Transaction | null =
    isPaid && amount > 0
      ? {
          number: order.number * 100 + 20 + order.events.length,
          kind: 'REFUND',
          gateway,
          amount,
          at,
          settledAt: isSlow ? at + chance.whole(1, 6) * DAY_MS : at,
          outcome: isSlow && chance.happens(0.3) ? 'FAILURE' : 'SUCCESS',
        }
      : null;
  const returned = chance.happens(0.3);
  return { kind: 'refund', at, number, taken, shipping, transaction, returned };
}

function edit(
  chance: Chance,
  order: OrderLife,
  shop: ShopAccount,
  goods: readonly ShopProduct[],
  at: number,
): OrderEvent | null {
  const number = order.number * 10 + 1 + order.events.length;
  if (chance.happens(0.6)) {
    const product = chance.pick(goods.slice(0, -1));
    const added = makeLine(shop, chance, order.number * 100 + 50, product);
    return { kind: 'edit', at, number, added, taken: [] };
  }
  const line = order.lines.find((one) => one.quantity > 1 && !one.product.giftCard);
  if (line === undefined) return null;
  return { kind: 'edit', at, number, added: null, taken: [{ line, from: 0, to: 1 }] };
}
