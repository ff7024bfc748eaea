import {
  disputeState,
  type OrderLife,
  transactionsOf,
  transactionStatus,
} from '../../../business/shop/order-life.js';
import { totalOf } from '../../../business/shop/make-payments.js';

/** Its dispute, where there is one by now. */
export function disputeOf(order: OrderLife, now: number): NonNullable<OrderLife['dispute']>[] {
  const { dispute } = order;
  return dispute !== null && disputeState(dispute, now) !== null ? [dispute] : [];
}

export function financialStatus(order: OrderLife, now: number): string {
  const own = transactionsOf(order, now);
  const sum = (kinds: string[]): number =>
    own
      .filter((one) => kinds.includes(one.kind) && transactionStatus(one, now) === 'SUCCESS')
      .reduce((total, one) => total + one.amount, 0);
  const received = sum(['SALE', 'CAPTURE']);
  const refunded = sum(['REFUND']);
  if (own.some((one) => one.kind === 'VOID')) return 'VOIDED';
  if (received > 0) {
    if (refunded >= received) return 'REFUNDED';
    if (refunded > 0) return 'PARTIALLY_REFUNDED';
    return received >= totalOf(order) ? 'PAID' : 'PARTIALLY_PAID';
  }
  return own.some((one) => one.kind === 'AUTHORIZATION') ? 'AUTHORIZED' : 'PENDING';
}

export function fulfilmentStatus(order: OrderLife, now: number): string {
  if (order.fulfilled === null || order.fulfilled.at > now) return 'UNFULFILLED';
  return order.fulfilled.partly ? 'PARTIALLY_FULFILLED' : 'FULFILLED';
}
