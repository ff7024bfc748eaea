import { currencyDigits } from '../../../kernel/currency.js';
import { decimalUnits } from '../../kit/read/decimal-units.js';
import type { PointSink } from '../../kit/points.js';
import type { Slice } from '../../kit/stream.js';
import type { Order, Payment } from './order.js';
import { mapSale } from './map-sale.js';

const TAKEN_IN = new Set(['SALE', 'CAPTURE']);

/** Everything that an order tells, each on its own day. */
export function mapOrder(order: Order, slice: Slice, points: PointSink): void {
  countOrder(order, slice, points);
  for (const agreement of order.agreements) {
    const day = slice.clock.dayOf(agreement.happenedMs);
    for (const sale of agreement.sales) mapSale(sale, agreement, order.channel, day, points);
  }
  for (const payment of order.payments) mapPayment(payment, slice, points);
}

function countOrder(order: Order, slice: Slice, points: PointSink): void {
  const created = slice.clock.dayOf(order.createdMs);
  points.add('orders.created', created, 1);
  if (order.isCancelled) {
    const dimensions = { cancel_reason: order.cancelReason ?? 'none' };
    points.add('orders.cancelled', created, 1, { dimensions });
    return;
  }
  // Imported orders were placed long before they were made here.
  const placed = slice.clock.dayOf(order.processedMs);
  const dimensions = { channel: order.channel, source_name: order.sourceName };
  points.add('orders.count', placed, 1, { dimensions });
  if (order.payments.some(isRefund)) points.add('orders.refunded', placed, 1);
  if (order.isFirst !== null) {
    points.add(order.isFirst ? 'customers.new' : 'customers.returning', placed, 1);
  }
}

/** Money is what transactions say; what a refund says of itself leaves out, or counts in, store credit and exchanges. */
function mapPayment(payment: Payment, slice: Slice, points: PointSink): void {
  const day = slice.clock.dayOf(payment.processedMs);
  const { currency } = payment;
  const units = decimalUnits(payment.amount, currencyDigits(currency), 'amountSet');
  const series = { currency, dimensions: { gateway: payment.gateway } };
  if (isRefund(payment)) points.add('refunds.amount', day, units, series);
  if (!TAKEN_IN.has(payment.kind)) return;
  if (payment.status === 'SUCCESS') points.add('payments.captured', day, units, series);
  if (payment.status === 'PENDING') points.add('payments.pending', day, units, series);
}

function isRefund({ kind, status }: Payment): boolean {
  return kind === 'REFUND' && status === 'SUCCESS';
}
