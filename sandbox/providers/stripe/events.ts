import { DAY } from '../../business/payments/accounts.js';
import type { PaymentsBook } from '../../business/payments/book.js';
import { makeId } from '../../business/payments/ids.js';

/** Events can be read for thirty days. */
export const EVENT_DAYS = 30;

export interface StripeEvent {
  id: string;
  created: number;
  type: string;
  /** What it is about: kind and id. */
  about: {
    kind: 'charge' | 'refund' | 'dispute' | 'payout' | 'subscription' | 'invoice';
    id: string;
  };
}

/** What happened in the last thirty days, and changes that somebody made then to older things. */
export function recentEvents(book: PaymentsBook, now: number, madeChanges: Changes): StripeEvent[] {
  const from = now - EVENT_DAYS * DAY;
  const found: StripeEvent[] = [];
  const add = (type: string, at: number, kind: StripeEvent['about']['kind'], id: string): void => {
    if (at <= from || at > now) return;
    const place = { day: book.dayOf(at), slot: found.length, number: 0 };
    found.push({
      id: makeId('evt', book.account.id, place),
      created: at,
      type,
      about: { kind, id },
    });
  };
  for (let day = Math.max(0, book.dayOf(from) - 100); day <= book.dayOf(now); day += 1) {
    for (const life of book.livesOf(day)) {
      const isFailed = life.outcome === 'failed';
      if (life.settledAt > life.created) add('charge.pending', life.created, 'charge', life.id);
      add(isFailed ? 'charge.failed' : 'charge.succeeded', life.settledAt, 'charge', life.id);
      if (life.capture !== null && life.capture.at > life.settledAt) {
        add('charge.captured', life.capture.at, 'charge', life.id);
      }
      for (const refund of life.refunds) {
        add('refund.created', refund.created, 'refund', refund.id);
        add('charge.refunded', refund.created, 'charge', life.id);
        if (refund.resolvedAt > refund.created) {
          const type = refund.outcome === 'failed' ? 'refund.failed' : 'refund.updated';
          add(type, refund.resolvedAt, 'refund', refund.id);
        }
      }
      for (const [index, step] of (life.dispute?.path ?? []).entries()) {
        const isEnd = ['won', 'lost', 'warning_closed'].includes(step.status);
        const name = index === 0 ? 'created' : isEnd ? 'closed' : 'updated';
        add(`charge.dispute.${name}`, step.at, 'dispute', life.dispute?.id ?? '');
      }
    }
    for (const payout of book.on('payout', day)) {
      add('payout.created', payout.created, 'payout', payout.id);
      add('payout.paid', payout.arrival, 'payout', payout.id);
      if (payout.failedAt !== null) add('payout.failed', payout.failedAt, 'payout', payout.id);
    }
  }
  for (const life of book.subscriptions()) {
    add('customer.subscription.created', life.created, 'subscription', life.id);
    for (const step of life.steps) {
      const name = step.kind === 'end' ? 'deleted' : 'updated';
      add(`customer.subscription.${name}`, step.at, 'subscription', life.id);
    }
  }
  for (const invoice of book.invoices()) {
    add('invoice.created', invoice.created, 'invoice', invoice.id);
    if (invoice.paidAt !== null) add('invoice.paid', invoice.paidAt, 'invoice', invoice.id);
  }
  for (const change of madeChanges) add(change.type, change.at, change.kind, change.id);
  return found;
}

export type Changes = readonly {
  type: string;
  at: number;
  kind: StripeEvent['about']['kind'];
  id: string;
}[];
