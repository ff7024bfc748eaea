import type { PaymentsAccount } from '../../business/payments/accounts.js';
import type { PaymentsBook } from '../../business/payments/book.js';
import { customersOn } from '../../business/payments/customers.js';
import { makeId, placeOf } from '../../business/payments/ids.js';
import type { ChargeLife, Movement } from '../../business/payments/life.js';
import { movementsOf } from '../../business/payments/movements.js';
import { type PayoutLife, payoutMovements } from '../../business/payments/payouts.js';
import type { Changes, StripeEvent } from './events.js';
import { customerObject } from './objects/account.js';
import { subscriptionObject } from './objects/billing.js';
import { chargeObject } from './objects/charge.js';
import { invoiceObject } from './objects/invoice.js';
import { disputeObject, payoutObject, refundObject } from './objects/money-objects.js';
import { STRIPE_VERSION } from './version.js';

/** One account as one call sees it: at one instant. */
export class Desk {
  /** @param now seconds */
  constructor(
    readonly book: PaymentsBook,
    readonly now: number,
    readonly events: Changes,
  ) {}

  get account(): PaymentsAccount {
    return this.book.account;
  }

  dayOf(at: number): number {
    return this.book.dayOf(at);
  }

  movementsOf(charge: ChargeLife): Movement[] {
    return movementsOf(this.account, charge);
  }

  payoutTransaction(payout: PayoutLife): string | null {
    return payoutMovements(this.account, payout)[0]?.id ?? null;
  }

  customer(id: string | null): unknown {
    const place = id === null ? null : placeOf(id);
    const found = place && customersOn(this.account, place.day).find((one) => one.id === id);
    return found ? customerObject(found, this.account) : null;
  }

  event(event: StripeEvent): Record<string, unknown> {
    return {
      id: event.id,
      object: 'event',
      api_version: STRIPE_VERSION,
      created: event.created,
      data: { object: this.#about(event.about) },
      livemode: this.account.live,
      pending_webhooks: 0,
      request: { id: null, idempotency_key: null },
      type: event.type,
    };
  }

  /** Something by kind and id, as it is now. */
  #about({ kind, id }: StripeEvent['about']): unknown {
    const { book, account, now } = this;
    switch (kind) {
      case 'charge': {
        const life = book.charge(id);
        return life && chargeObject(life, now, account);
      }
      case 'refund': {
        const thing = book.find('refund', id);
        return thing && refundObject(thing, this.movementsOf(thing.charge), now);
      }
      case 'dispute': {
        const thing = book.find('dispute', id);
        return thing && disputeObject(thing, [], now, account.live);
      }
      case 'payout': {
        const payout = book.find('payout', id);
        return payout && payoutObject(payout, this.payoutTransaction(payout), now, account.live);
      }
      case 'subscription': {
        const life = book.subscriptions().find((one) => one.id === id);
        return life ? subscriptionObject(life, account, now, new Set()) : null;
      }
      case 'invoice': {
        const invoice = book.invoices().find((one) => one.id === id);
        return invoice ? invoiceObject(invoice, account, now, new Set()) : null;
      }
    }
  }
}

/** An id that is like an event's and nobody's. */
export function newEventId(account: PaymentsAccount, at: number): string {
  return makeId('evt', account.id, { day: at % 40_000, slot: at % 1_000_000, number: 9 });
}
