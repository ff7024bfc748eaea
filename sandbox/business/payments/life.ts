/** Times are seconds since 1970, amounts whole as Stripe sends them, currencies lower case. */
export interface ChargeLife {
  id: string;
  day: number;
  slot: number;
  created: number;
  currency: string;
  amount: number;
  /** `payment`: by bank debit, which takes days. */
  kind: 'charge' | 'payment';
  customer: string | null;
  /** How it ends. `held`: authorised and never captured. */
  outcome: 'succeeded' | 'failed' | 'held';
  failure: string | null;
  /** When it is known to have succeeded or failed; `pending` before. */
  settledAt: number;
  /** When its money was taken and how much; null where it never is. */
  capture: { at: number; amount: number } | null;
  settle: { currency: string; rate: number | null };
  refunds: RefundLife[];
  dispute: DisputeLife | null;
  /** Fee on it in the currency of settlement. */
  fees: { type: string; amount: number }[];
  invoice: string | null;
}

export interface RefundLife {
  id: string;
  created: number;
  amount: number;
  reason: string | null;
  /** `pending` until then. */
  resolvedAt: number;
  outcome: 'succeeded' | 'failed';
}

export interface DisputeLife {
  id: string;
  created: number;
  amount: number;
  reason: string;
  /** Oldest first; the first is at `created`. */
  path: { at: number; status: string }[];
}

/** A movement of the balance. */
export interface Movement {
  id: string;
  created: number;
  availableOn: number;
  type: string;
  category: string;
  currency: string;
  amount: number;
  fees: { type: string; amount: number }[];
  fee: number;
  rate: number | null;
  source: string;
  /** What happened to the charge, where one is behind it. */
  charge: ChargeLife | null;
}

export function disputeStatus(dispute: DisputeLife, now: number): string {
  return dispute.path.findLast((step) => step.at <= now)?.status ?? 'needs_response';
}

/** Null before it exists. */
export function refundStatus(refund: RefundLife, now: number): string | null {
  if (refund.created > now) return null;
  return refund.resolvedAt > now ? 'pending' : refund.outcome;
}

export function chargeStatus(life: ChargeLife, now: number): 'pending' | 'succeeded' | 'failed' {
  if (life.settledAt > now) return 'pending';
  return life.outcome === 'failed' ? 'failed' : 'succeeded';
}
