import { canaryPerson } from '../../../business/canary.js';
import {
  type ChargeLife,
  type DisputeLife,
  disputeStatus,
  type Movement,
  type RefundLife,
  refundStatus,
} from '../../../business/payments/life.js';
import type { PayoutLife } from '../../../business/payments/payouts.js';
import { addressOf } from './charge.js';

export function refundObject(
  { refund, charge }: { refund: RefundLife; charge: ChargeLife },
  movements: readonly Movement[],
  now: number,
): Record<string, unknown> {
  const status = refundStatus(refund, now);
  const own = movements.filter((one) => one.source === refund.id && one.created <= now);
  const person = canaryPerson(charge.slot);
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    balance_transaction: own[0]?.id ?? null,
    charge: charge.id,
    created: refund.created,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    description: `Refund to ${person.name}`,
    destination_details: {
      card: { reference: '4242424242424242', reference_status: 'available', type: 'refund' },
      type: 'card',
    },
    ...(status === 'failed'
      ? { failure_balance_transaction: own[1]?.id, failure_reason: 'expired_or_canceled_card' }
      : {}),
    instructions_email: person.email,
    metadata: { asked_by: person.email },
    payment_intent: charge.id.replace('ch_', 'pi_'),
    payment_method: charge.id.replace('ch_', 'pm_'),
    ...(status === 'pending' ? { pending_reason: 'processing' } : {}),
    reason: refund.reason,
    receipt_number: '4242-4242',
    source_transfer_reversal: null,
    status,
    transfer_reversal: null,
  };
}

export function disputeObject(
  { dispute, charge }: { dispute: DisputeLife; charge: ChargeLife },
  balanceTransactions: readonly Record<string, unknown>[],
  now: number,
  live: boolean,
): Record<string, unknown> {
  const person = canaryPerson(charge.slot);
  return {
    id: dispute.id,
    object: 'dispute',
    amount: dispute.amount,
    balance_transactions: balanceTransactions,
    charge: charge.id,
    created: dispute.created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: {
      billing_address: person.street,
      customer_email_address: person.email,
      customer_name: person.name,
      customer_purchase_ip: '192.0.2.44',
      uncategorized_text: `${person.name} wrote to us.`,
    },
    evidence_details: {
      due_by: dispute.created + 7 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    is_charge_refundable: false,
    livemode: live,
    metadata: { customer: person.email },
    network_reason_code: '10.4',
    payment_intent: charge.id.replace('ch_', 'pi_'),
    payment_method_details: {
      card: {
        brand: 'visa',
        case_type: 'chargeback',
        network: 'visa',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason: dispute.reason,
    status: disputeStatus(dispute, now),
  };
}

export function movementObject(movement: Movement, now: number): Record<string, unknown> {
  const person = movement.charge && canaryPerson(movement.charge.slot);
  return {
    id: movement.id,
    object: 'balance_transaction',
    amount: movement.amount,
    available_on: movement.availableOn,
    balance_type: 'payments',
    created: movement.created,
    currency: movement.currency,
    description: person === null ? null : `Order of ${person.name}`,
    exchange_rate: movement.rate,
    fee: movement.fee,
    fee_details: movement.fees.map((fee) => ({
      amount: fee.amount,
      application: null,
      currency: movement.currency,
      description: fee.type === 'tax' ? 'GST' : 'Stripe processing fees',
      type: fee.type,
    })),
    net: movement.amount - movement.fee,
    reporting_category: movement.category,
    source: movement.source,
    status: movement.availableOn <= now ? 'available' : 'pending',
    type: movement.type,
  };
}

export function payoutStatus(payout: PayoutLife, now: number): string {
  if (payout.failedAt !== null && payout.failedAt <= now) return 'failed';
  return payout.arrival <= now ? 'paid' : 'in_transit';
}

export function payoutObject(
  payout: PayoutLife,
  payoutTransaction: string | null,
  now: number,
  live: boolean,
): Record<string, unknown> {
  const status = payoutStatus(payout, now);
  return {
    id: payout.id,
    object: 'payout',
    amount: payout.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: payout.arrival,
    automatic: true,
    balance_transaction: payoutTransaction,
    created: payout.created,
    currency: payout.currency,
    description: 'STRIPE PAYOUT',
    destination: 'ba_4242424242424242',
    failure_balance_transaction: null,
    failure_code: status === 'failed' ? 'account_closed' : null,
    failure_message: status === 'failed' ? 'The bank account has been closed' : null,
    livemode: live,
    metadata: { bank: addressOf('Zzyxquill Bank')['line1'] },
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'completed',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: 'ZZYXQUILL',
    status,
    trace_id: { status: 'supported', value: '4242424242424242' },
    type: 'bank_account',
  };
}
