import { DAY, DAY_ZERO, type PaymentsAccount } from './accounts.js';
import { makeId } from './ids.js';
import type { InvoiceLife } from './invoices.js';
import type { ChargeLife } from './life.js';
import { feesOn, settlement } from './make-charge.js';
import type { SubscriptionLife } from './subscription-life.js';

/** Charges that somebody added have slots from here on. */
const ADDED_SLOTS = 1_400_000;

/** A change as it is kept: checked when it was made, so it is only read here. */
export interface Change {
  action: string;
  /** When it was made, seconds. */
  at: number;
  id: string;
  amount: number;
  currency: string;
  created: number;
  reason: string | null;
  status: string;
}

/** What was done to an account's business after the fact. */
export interface Amendments {
  added(day: number): ChargeLife[];
  isGone(id: string): boolean;
  ofCharge(id: string): readonly Change[];
  subscriptions(made: SubscriptionLife[]): SubscriptionLife[];
  invoices(made: InvoiceLife[]): InvoiceLife[];
}

export function readAmendments(
  account: PaymentsAccount,
  kept: readonly Readonly<Record<string, unknown>>[],
): Amendments {
  const changes = kept as unknown as readonly Change[];
  const byId = new Map<string, Change[]>();
  const gone = new Set<string>();
  for (const change of changes) {
    byId.set(change.id, [...(byId.get(change.id) ?? []), change]);
    if (change.action === 'delete_charge') gone.add(change.id);
  }
  return {
    added: (day) =>
      changes
        .map((change, number) => ({ change, number }))
        .filter(({ change }) => change.action === 'add_charge' && dayOf(change.created) === day)
        .map(({ change, number }) => addedCharge(account, change, number)),
    isGone: (id) => gone.has(id),
    ofCharge: (id) => byId.get(id) ?? [],
    subscriptions: (made) =>
      made.map((life) => {
        const end = (byId.get(life.id) ?? []).find(({ action }) => action === 'end_subscription');
        if (end === undefined) return life;
        return {
          ...life,
          steps: [
            ...life.steps.filter((step) => step.at < end.created),
            { at: end.created, kind: 'end', status: 'canceled' },
          ],
        };
      }),
    invoices: (made) =>
      made.map((life) => {
        const voided = (byId.get(life.id) ?? []).find(({ action }) => action === 'void_invoice');
        return voided && life.paidAt === null ? { ...life, voidedAt: voided.created } : life;
      }),
  };
}

/** Changes one charge as it was told; `life` is changed itself. */
export function amend(account: PaymentsAccount, life: ChargeLife, amendments: Amendments): void {
  for (const change of amendments.ofCharge(life.id)) {
    if (change.action === 'refund_charge') {
      life.refunds.push({
        id: makeId('re', account.id, {
          day: life.day,
          slot: life.slot,
          number: 3 + life.refunds.length,
        }),
        created: change.created,
        amount: change.amount,
        reason: change.reason,
        resolvedAt: change.status === 'pending' ? Number.MAX_SAFE_INTEGER : change.created,
        outcome: 'succeeded',
      });
    }
    if (change.action === 'capture_charge' && life.capture === null) {
      life.outcome = 'succeeded';
      life.capture = { at: change.created, amount: change.amount };
      life.fees = feesOn(account, life, change.amount);
    }
    if (change.action === 'dispute_charge' && life.dispute === null) {
      life.dispute = {
        id: makeId('dp', account.id, { day: life.day, slot: life.slot, number: 0 }),
        created: change.created,
        amount: change.amount,
        reason: change.reason ?? 'general',
        path: [{ at: change.created, status: change.status }],
      };
    }
  }
  for (const refund of life.refunds) {
    for (const change of amendments.ofCharge(refund.id)) {
      if (change.action !== 'resolve_refund') continue;
      refund.resolvedAt = change.created;
      refund.outcome = change.status === 'failed' ? 'failed' : 'succeeded';
    }
  }
  const { dispute } = life;
  for (const change of dispute === null ? [] : amendments.ofCharge(dispute.id)) {
    if (change.action !== 'close_dispute' || dispute === null) continue;
    dispute.path = [
      ...dispute.path.filter((step) => step.at < change.created),
      { at: change.created, status: change.status },
    ];
  }
}

export function addedId(account: PaymentsAccount, created: number, number: number): string {
  return makeId('ch', account.id, { day: dayOf(created), slot: ADDED_SLOTS + number, number: 0 });
}

function addedCharge(account: PaymentsAccount, change: Change, number: number): ChargeLife {
  const { created, currency, amount } = change;
  const isFailed = change.status === 'failed';
  const isHeld = change.status === 'held';
  const life: ChargeLife = {
    id: addedId(account, created, number),
    day: dayOf(created),
    slot: ADDED_SLOTS + number,
    created,
    currency,
    amount,
    kind: 'charge',
    customer: null,
    outcome: isFailed ? 'failed' : isHeld ? 'held' : 'succeeded',
    failure: isFailed ? 'card_declined' : null,
    settledAt: created,
    capture: isFailed || isHeld ? null : { at: created, amount },
    settle: settlement(account, currency),
    refunds: [],
    dispute: null,
    fees: [],
    invoice: null,
  };
  if (life.capture !== null) life.fees = feesOn(account, life, amount);
  return life;
}

function dayOf(at: number): number {
  return Math.floor((at - DAY_ZERO) / DAY);
}
