import { SandboxError } from '../../core/sandbox-error.js';
import { DAY } from '../../business/payments/accounts.js';
import { addedId, type Change } from '../../business/payments/amendments.js';
import type { PaymentsBook } from '../../business/payments/book.js';
import { TAIL_DAYS } from '../../business/payments/make-charge.js';
import type { StripeEvent } from './events.js';

/** A change as it is kept: what was done, and the event that tells of it. */
export type KeptChange = Change & { type: string; kind: StripeEvent['about']['kind'] };

/**
 * - `add_charge` `{ amount, currency, created?, status?: succeeded, failed, held }`
 * - `delete_charge` `{ id }` (as if it had never been: no provider does this, a lost one does)
 * - `refund_charge` `{ id, amount?, created?, reason?, status?: succeeded, pending }`
 * - `resolve_refund` `{ id, status: succeeded, failed, created? }`
 * - `capture_charge` `{ id, amount?, created? }`
 * - `dispute_charge` `{ id, reason?, status?, created? }`
 * - `close_dispute` `{ id, status: won, lost, warning_closed, created? }`
 * - `end_subscription` `{ id, created? }`, `void_invoice` `{ id }`
 *
 * @param now seconds; `created` (seconds) may lie before it
 */
export function readChange(
  book: PaymentsBook,
  input: Readonly<Record<string, unknown>>,
  now: number,
  number: number,
): KeptChange {
  const action = String(input['action']);
  const created = wholeOr(input['created'], now);
  const id = String(input['id'] ?? '');
  const given = typeof input['status'] === 'string' ? input['status'] : null;
  const change: KeptChange = {
    action,
    at: now,
    id,
    amount: wholeOr(input['amount'], 0),
    currency: String(input['currency'] ?? book.account.home),
    created,
    reason: typeof input['reason'] === 'string' ? input['reason'] : null,
    status: given ?? 'succeeded',
    type: 'charge.updated',
    kind: 'charge',
  };
  if (created > now) throw new SandboxError(400, 'created lies in the future.');
  switch (action) {
    case 'add_charge':
      if (change.amount <= 0) throw new SandboxError(400, 'amount is more than nothing.');
      if (!book.account.settles.includes(change.currency)) {
        throw new SandboxError(400, `currency is one of ${book.account.settles.join(', ')}.`);
      }
      return { ...change, id: addedId(book.account, created, number), type: 'charge.succeeded' };
    case 'delete_charge':
      return { ...change, id: chargeOf(book, id, now).id };
    case 'refund_charge': {
      const life = chargeOf(book, id, now);
      const left =
        (life.capture?.amount ?? 0) - life.refunds.reduce((sum, refund) => sum + refund.amount, 0);
      const amount = change.amount === 0 ? left : change.amount;
      if (amount <= 0 || amount > left)
        throw new SandboxError(400, `Only ${left} can be refunded.`);
      if (life.refunds.length >= 6) throw new SandboxError(400, 'It has six refunds already.');
      return { ...change, amount, type: 'charge.refunded' };
    }
    case 'capture_charge': {
      const life = chargeOf(book, id, now);
      if (life.outcome !== 'held') throw new SandboxError(400, 'Only a held charge is captured.');
      const amount = change.amount === 0 ? life.amount : change.amount;
      return { ...change, amount, type: 'charge.captured' };
    }
    case 'dispute_charge': {
      const life = chargeOf(book, id, now);
      if (life.capture === null || life.dispute !== null) {
        throw new SandboxError(400, 'It has no money taken, or a dispute already.');
      }
      const status = given ?? 'needs_response';
      const { amount } = life.capture;
      return { ...change, amount, status, type: 'charge.dispute.created' };
    }
    case 'resolve_refund':
      if (!book.find('refund', id)) throw new SandboxError(404, `There is no refund ${id}.`);
      return {
        ...change,
        kind: 'refund',
        type: change.status === 'failed' ? 'refund.failed' : 'refund.updated',
      };
    case 'close_dispute':
      if (!book.find('dispute', id)) throw new SandboxError(404, `There is no dispute ${id}.`);
      return { ...change, status: given ?? 'lost', kind: 'dispute', type: 'charge.dispute.closed' };
    case 'end_subscription':
      if (!book.subscriptions().some((one) => one.id === id)) {
        throw new SandboxError(404, `There is no subscription ${id}.`);
      }
      return { ...change, kind: 'subscription', type: 'customer.subscription.deleted' };
    case 'void_invoice':
      if (!book.invoices().some((one) => one.id === id)) {
        throw new SandboxError(404, `There is no invoice ${id}.`);
      }
      return { ...change, kind: 'invoice', type: 'invoice.voided' };
    default:
      throw new SandboxError(400, `There is no action ${action}.`);
  }
}

function chargeOf(book: PaymentsBook, id: string, now: number): ChargeOf {
  const life = book.charge(id);
  if (life === null) throw new SandboxError(404, `There is no charge ${id}.`);
  if (now - life.created > (TAIL_DAYS - 7) * DAY) {
    throw new SandboxError(400, 'The charge is too old to be changed.');
  }
  return life;
}

type ChargeOf = NonNullable<ReturnType<PaymentsBook['charge']>>;

function wholeOr(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new SandboxError(400, 'Amounts and times are whole numbers.');
}
