import type { Truth } from '../../core/provider-module.js';
import { ratioRows, Tally } from '../tally.js';
import { type Zone, zoneOf } from '../zone.js';
import type { ShopBook } from './book.js';
import {
  agreementsOf,
  disputeState,
  type OrderLife,
  transactionsOf,
  transactionStatus,
  transactionTime,
} from './order-life.js';

/** Every figure of the shop as it stands at an instant, by days of its zone. @param now ms */
export function shopTruth(book: ShopBook, now: number): Truth {
  const zone = zoneOf(book.shop.zone);
  const tally = new Tally();
  const today = zone.dayOf(now);
  const orders = book.orders(now).filter((order) => !order.test);
  const firsts = new Set<OrderLife>();
  for (const { orders: own } of book.customers(now).values()) {
    if (own[0] !== undefined) firsts.add(own[0]);
  }
  for (const order of orders) {
    countOrder(order, tally, zone, now, firsts);
    tellSales(book, order, tally, zone, now);
    tellPayments(book, order, tally, zone, now);
    const isWaiting = order.fulfilled === null || order.fulfilled.at > now;
    const isCancelled = order.cancelled !== null && order.cancelled.at <= now;
    if (isWaiting && !isCancelled) tally.add('fulfilment.unfulfilled', today, 1);
    const state = order.dispute && disputeState(order.dispute, now);
    if (order.dispute !== null && (state === 'NEEDS_RESPONSE' || state === 'UNDER_REVIEW')) {
      const dimensions = { status: state };
      const { currency } = book.shop;
      tally.add('disputes.open', today, 1, { dimensions });
      tally.add('disputes.open_amount', today, order.dispute.amount, { currency, dimensions });
    }
  }
  return {
    asOf: new Date(now).toISOString(),
    timeZone: book.shop.zone,
    metrics: [
      ...tally.rows(({ total, currency }) =>
        currency === undefined ? String(total) : centsText(total),
      ),
      ...ratios(tally),
    ],
  };
}

/** Both shops count in hundredths. */
function centsText(amount: number): string {
  const size = Math.abs(amount).toString().padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${size.slice(0, -2)}.${size.slice(-2)}`;
}

function countOrder(
  order: OrderLife,
  tally: Tally,
  zone: Zone,
  now: number,
  firsts: ReadonlySet<OrderLife>,
): void {
  const made = zone.dayOf(order.created);
  tally.add('orders.created', made, 1);
  if (order.cancelled !== null && order.cancelled.at <= now) {
    const dimensions = { cancel_reason: order.cancelled.reason };
    tally.add('orders.cancelled', made, 1, { dimensions });
    return;
  }
  const placed = zone.dayOf(order.processed);
  tally.add('orders.count', placed, 1, {
    dimensions: { channel: order.app ?? 'none', source_name: order.sourceName },
  });
  const gaveBack = transactionsOf(order, now).some(
    (one) => one.kind === 'REFUND' && transactionStatus(one, now) === 'SUCCESS',
  );
  if (gaveBack) tally.add('orders.refunded', placed, 1);
  if (order.customer === null) return;
  tally.add(firsts.has(order) ? 'customers.new' : 'customers.returning', placed, 1);
}

function tellSales(book: ShopBook, order: OrderLife, tally: Tally, zone: Zone, now: number): void {
  const { currency } = book.shop;
  const channel = order.app ?? 'none';
  for (const agreement of agreementsOf(order, now)) {
    const day = zone.dayOf(agreement.at);
    for (const sale of agreement.sales) {
      // A gift card is a debt and a tip is not the shop's.
      const isSale = sale.lineType !== 'GIFT_CARD' && sale.lineType !== 'TIP';
      if (isSale) tally.add('sales.total', day, sale.net + sale.tax, { currency });
      if (sale.lineType !== 'PRODUCT' || sale.line === null) continue;
      const product = sale.line.product.title;
      const { title } = sale.line.variant;
      const variant = title === 'Default Title' ? 'none' : title;
      const quantity = sale.quantity ?? 0;
      tally.add('sales.net', day, sale.net, { currency, dimensions: { product } });
      tally.add('products.net_sales', day, sale.net, {
        currency,
        dimensions: { product, variant },
      });
      tally.add('products.units', day, quantity, { dimensions: { product, variant } });
      if (sale.action === 'RETURN') {
        const dimensions = { reason: agreement.reason };
        tally.add('sales.returns', day, -sale.net, { currency, dimensions });
        continue;
      }
      const gross = sale.net + sale.discount;
      tally.add('sales.gross', day, gross, { currency, dimensions: { product, channel } });
      tally.add('sales.discounts', day, sale.discount, { currency });
    }
  }
}

function tellPayments(
  book: ShopBook,
  order: OrderLife,
  tally: Tally,
  zone: Zone,
  now: number,
): void {
  for (const one of transactionsOf(order, now)) {
    const status = transactionStatus(one, now);
    const day = zone.dayOf(transactionTime(one, now));
    const series = { currency: book.shop.currency, dimensions: { gateway: one.gateway } };
    if (one.kind === 'REFUND' && status === 'SUCCESS') {
      tally.add('refunds.amount', day, one.amount, series);
    }
    if (one.kind !== 'SALE' && one.kind !== 'CAPTURE') continue;
    if (status === 'SUCCESS') tally.add('payments.captured', day, one.amount, series);
    if (status === 'PENDING') tally.add('payments.pending', day, one.amount, series);
  }
}

function ratios(tally: Tally): Truth['metrics'] {
  return [
    ...ratioRows(tally, {
      metric: 'refunds.rate',
      over: 'refunds.amount',
      under: 'sales.total',
    }),
    ...ratioRows(tally, {
      metric: 'refunds.order_rate',
      over: 'orders.refunded',
      under: 'orders.count',
    }),
    ...ratioRows(tally, {
      metric: 'cancellations.rate',
      over: 'orders.cancelled',
      under: 'orders.created',
    }),
  ];
}
