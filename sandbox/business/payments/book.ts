import { DAY, DAY_ZERO, type PaymentsAccount } from './accounts.js';
import { type Amendments, amend, readAmendments } from './amendments.js';
import { placeOf } from './ids.js';
import { type InvoiceLife, makeInvoices } from './invoices.js';
import type { ChargeLife, DisputeLife, Movement, RefundLife } from './life.js';
import { makeCharge, TAIL_DAYS } from './make-charge.js';
import { makeSubscriptions } from './make-subscriptions.js';
import { movementsOf } from './movements.js';
import {
  cutoffOf,
  isSentBack,
  makePayout,
  monthlyMovements,
  type PayoutLife,
  payoutMovements,
  weekOf,
} from './payouts.js';
import { catalogueOf, type Price, type Product } from './plans.js';
import { Recent } from './recent.js';
import type { SubscriptionLife } from './subscription-life.js';

/** What can be listed by the day it came to be, with the charge behind it. */
export interface Listed {
  charge: ChargeLife;
  refund: { refund: RefundLife; charge: ChargeLife; id: string; created: number };
  dispute: { dispute: DisputeLife; charge: ChargeLife; id: string; created: number };
  movement: Movement;
  payout: PayoutLife;
}

/** Several lists are read at once, each at days of its own, and what follows a charge may come months later. */
const DAYS_KEPT = 600;

interface Aftermath {
  refund: Map<number, Listed['refund'][]>;
  dispute: Map<number, Listed['dispute'][]>;
  movement: Map<number, Movement[]>;
}

/**
 * All that happened at one account, made day by day as it is asked for, and only recent days kept: an
 * account may be of any size.
 */
export class PaymentsBook {
  readonly products: readonly Product[];
  readonly prices: readonly Price[];
  #subscriptions: SubscriptionLife[] | null = null;
  #invoices: InvoiceLife[] | null = null;
  #amendments: Amendments | null = null;
  #invoiceCharges: Map<number, ChargeLife[]> | null = null;
  readonly #lives = new Recent<number, readonly ChargeLife[]>(DAYS_KEPT);
  readonly #aftermaths = new Recent<number, Aftermath>(DAYS_KEPT);
  readonly #payouts = new Recent<string, PayoutLife | null>(2_000);

  constructor(
    readonly account: PaymentsAccount,
    private readonly seed: string,
    private readonly changes: () => readonly Readonly<Record<string, unknown>>[],
  ) {
    const { products, prices } = catalogueOf(account);
    this.products = products;
    this.prices = prices;
  }

  /** After a change: everything is made anew. */
  forget(): void {
    this.#subscriptions = null;
    this.#invoices = null;
    this.#amendments = null;
    this.#invoiceCharges = null;
    this.#lives.clear();
    this.#aftermaths.clear();
    this.#payouts.clear();
  }

  dayOf(at: number): number {
    return Math.floor((at - DAY_ZERO) / DAY);
  }

  /** Charges made on a day of UTC, oldest first. */
  livesOf(day: number): readonly ChargeLife[] {
    return this.#lives.get(day, () => {
      const count = this.account.chargesOn(this.seed, day);
      const lives = Array.from({ length: Math.max(0, count) }, (_, slot) =>
        makeCharge(this.account, this.seed, { day, slot, count }),
      );
      // Copies: what is changed below must not stay on the invoice.
      const extra = (this.#chargesOfInvoices().get(day) ?? []).map((life) => ({
        ...life,
        refunds: [...life.refunds],
      }));
      const all = [...lives, ...extra, ...this.#amended().added(day)].filter(
        (life) => !this.#amended().isGone(life.id),
      );
      for (const life of all) amend(this.account, life, this.#amended());
      return all.sort(byTime);
    });
  }

  charge(id: string): ChargeLife | null {
    const place = placeOf(id);
    return place && (this.livesOf(place.day).find((life) => life.id === id) ?? null);
  }

  /** What came to be on a day of UTC, oldest first. */
  on<K extends keyof Listed>(kind: K, day: number): readonly Listed[K][] {
    return this.#on(kind, day) as readonly Listed[K][];
  }

  /** One of them by its id. */
  find<K extends keyof Listed>(kind: K, id: string): Listed[K] | null {
    const place = placeOf(id);
    if (place === null) return null;
    // It came to be on its charge's day or in the time after it.
    const last = kind === 'charge' || kind === 'payout' ? place.day : place.day + TAIL_DAYS;
    for (let day = place.day; day <= last; day += 1) {
      const found = this.on(kind, day).find((one) => one.id === id);
      if (found) return found;
    }
    return null;
  }

  subscriptions(): readonly SubscriptionLife[] {
    this.#subscriptions ??= this.#amended().subscriptions(
      makeSubscriptions(this.account, this.seed, this.prices),
    );
    return this.#subscriptions;
  }

  invoices(): readonly InvoiceLife[] {
    this.#invoices ??= this.#amended().invoices(
      makeInvoices(this.account, this.seed, this.subscriptions()),
    );
    return this.#invoices;
  }

  /** What the balance holds, by currency. */
  balance(now: number): { currency: string; available: number; pending: number }[] {
    const lastCutoff = cutoffOf(weekOf(now + 1) - 1);
    return this.account.settles.map((currency) => {
      const sums = { available: 0, pending: 0 };
      for (let day = this.dayOf(lastCutoff) - 5; day <= this.dayOf(now); day += 1) {
        for (const movement of this.on('movement', day)) {
          if (movement.currency !== currency || movement.created > now) continue;
          if (movement.type === 'payout' || movement.availableOn <= lastCutoff) continue;
          const net = movement.amount - movement.fee;
          sums[movement.availableOn <= now ? 'available' : 'pending'] += net;
        }
      }
      return { currency, ...sums };
    });
  }

  payout(week: number, currency: string): PayoutLife | null {
    return this.#payouts.get(`${week}${currency}`, () => {
      if (week < 0) return null;
      const [from, to] = [cutoffOf(week - 1), cutoffOf(week)];
      let sum = 0;
      for (let day = this.dayOf(from) - 5; day <= this.dayOf(to); day += 1) {
        for (const movement of this.#ownMovements(day, week)) {
          const isIn = movement.availableOn > from && movement.availableOn <= to;
          if (!isIn || movement.currency !== currency || movement.type === 'payout') continue;
          sum += movement.amount - movement.fee;
        }
      }
      return sum === 0 ? null : makePayout(this.account, week, currency, sum);
    });
  }

  #on(kind: keyof Listed, day: number): readonly Listed[keyof Listed][] {
    if (kind === 'charge') return this.livesOf(day);
    if (kind === 'payout') return this.#payoutsOn(day);
    if (kind === 'movement') return this.#ownMovements(day, Infinity);
    return this.#after(kind, day).sort(byTime);
  }

  #payoutsOn(day: number): PayoutLife[] {
    const week = weekOf(DAY_ZERO + (day + 1) * DAY - 1) - 1;
    if (this.dayOf(cutoffOf(week)) !== day) return [];
    return this.account.settles
      .map((currency) => this.payout(week, currency))
      .filter((payout) => payout !== null)
      .sort(byTime);
  }

  /** Movements of a day. @param beforeWeek payouts of that week and later are left out */
  #ownMovements(day: number, beforeWeek: number): Movement[] {
    const found = [...this.#after('movement', day), ...monthlyMovements(this.account, day)];
    // Of this day's payout, or of one that the bank sent back.
    for (let back = 0; back <= 4; back += 1) {
      const week = weekOf(DAY_ZERO + (day - back + 1) * DAY - 1) - 1;
      if (week >= beforeWeek || this.dayOf(cutoffOf(week)) !== day - back) continue;
      for (const currency of this.account.settles) {
        // What a week's payout is made of does not depend on other payouts, but for those sent back.
        if (beforeWeek !== Infinity && !isSentBack(this.account, week, currency)) continue;
        const payout = this.payout(week, currency);
        if (payout === null) continue;
        const own = payoutMovements(this.account, payout);
        found.push(...own.filter((movement) => this.dayOf(movement.created) === day));
      }
    }
    return found.sort(byTime);
  }

  #after<K extends keyof Aftermath>(kind: K, day: number): Listed[K][] {
    const found: Listed[K][] = [];
    for (let back = 0; back <= TAIL_DAYS && back <= day; back += 1) {
      const on = this.#aftermath(day - back)[kind].get(day) as Listed[K][] | undefined;
      if (on !== undefined) found.push(...on);
    }
    return found;
  }

  #aftermath(day: number): Aftermath {
    return this.#aftermaths.get(day, () => {
      const made: Aftermath = { refund: new Map(), dispute: new Map(), movement: new Map() };
      for (const charge of this.livesOf(day)) {
        for (const refund of charge.refunds) {
          put(made.refund, this.dayOf(refund.created), { ...pick(refund), refund, charge });
        }
        const { dispute } = charge;
        if (dispute !== null) {
          put(made.dispute, this.dayOf(dispute.created), { ...pick(dispute), dispute, charge });
        }
        for (const movement of movementsOf(this.account, charge)) {
          put(made.movement, this.dayOf(movement.created), movement);
        }
      }
      return made;
    });
  }

  #chargesOfInvoices(): Map<number, ChargeLife[]> {
    if (this.#invoiceCharges === null) {
      this.#invoiceCharges = new Map();
      for (const { charge } of this.invoices()) {
        if (charge !== null) put(this.#invoiceCharges, charge.day, charge);
      }
    }
    return this.#invoiceCharges;
  }

  #amended(): Amendments {
    this.#amendments ??= readAmendments(this.account, this.changes());
    return this.#amendments;
  }
}

function pick({ id, created }: { id: string; created: number }): { id: string; created: number } {
  return { id, created };
}

function put<T>(map: Map<number, T[]>, key: number, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

/** Oldest first; ids decide between things of one second. */
export function byTime(
  a: { created: number; id: string },
  b: { created: number; id: string },
): number {
  return a.created - b.created || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
