import { canaryPerson } from '../../../business/canary.js';
import type { PaymentsAccount } from '../../../business/payments/accounts.js';
import { makeId } from '../../../business/payments/ids.js';
import { type ChargeLife, chargeStatus, refundStatus } from '../../../business/payments/life.js';

/** Everything a connector must not keep holds somebody who does not exist. */
export function chargeObject(
  life: ChargeLife,
  now: number,
  account: PaymentsAccount,
): Record<string, unknown> {
  const status = chargeStatus(life, now);
  const taken = life.capture !== null && (life.capture.at <= now || life.kind === 'payment');
  const captured = taken && status !== 'failed';
  const person = canaryPerson((life.day * 61 + life.slot) % 9_973);
  const address = addressOf(person.street);
  const refunded = refundedAmount(life, now);
  const isPaidFor = life.capture !== null && life.capture.at <= now;
  return {
    id: life.id,
    object: 'charge',
    amount: life.amount,
    amount_captured: captured ? (life.capture?.amount ?? 0) : 0,
    amount_refunded: refunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: isPaidFor
      ? makeId('txn', account.id, { day: life.day, slot: life.slot, number: 0 })
      : null,
    billing_details: {
      address,
      email: person.email,
      name: person.name,
      phone: person.phone,
      tax_id: null,
    },
    calculated_statement_descriptor: 'ZZYXQUILL ORCHARD',
    captured,
    created: life.created,
    currency: life.currency,
    customer: life.customer,
    description: `Order of ${person.name}`,
    disputed: life.dispute !== null && life.dispute.created <= now,
    failure_balance_transaction: null,
    failure_code: status === 'failed' ? life.failure : null,
    failure_message: status === 'failed' ? `The card of ${person.name} was declined.` : null,
    fraud_details: {},
    livemode: account.live,
    metadata: { order_email: person.email },
    on_behalf_of: null,
    outcome: {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: status === 'failed' ? 'declined_by_network' : 'approved_by_network',
      reason: status === 'failed' ? life.failure : null,
      risk_level: 'normal',
      risk_score: 12,
      seller_message: `Payment of ${person.name} complete.`,
      type: status === 'failed' ? 'issuer_declined' : 'authorized',
    },
    paid: status === 'succeeded',
    payment_intent: life.id.replace('ch_', 'pi_'),
    payment_method: life.id.replace('ch_', 'pm_'),
    payment_method_details:
      life.kind === 'charge' ? { card: CARD, type: 'card' } : { type: 'us_bank_account' },
    receipt_email: person.email,
    receipt_number: '1234-5678',
    receipt_url: `https://pay.stripe.com/receipts/${person.last}`,
    refunded: captured && refunded > 0 && refunded === life.capture?.amount,
    review: null,
    shipping: {
      address,
      carrier: 'Zzyxquill Post',
      name: person.name,
      phone: person.phone,
      tracking_number: 'ZZ1',
    },
    source: null,
    source_transfer: null,
    statement_descriptor: 'ZZYXQUILL',
    statement_descriptor_suffix: 'ZZYXQUILL',
    status,
    transfer_data: null,
    transfer_group: null,
  };
}

/** What was given back so far; refunds that failed no longer count. */
export function refundedAmount(life: ChargeLife, now: number): number {
  return life.refunds.reduce((sum, refund) => {
    const status = refundStatus(refund, now);
    return status === 'pending' || status === 'succeeded' ? sum + refund.amount : sum;
  }, 0);
}

export function addressOf(street: string): Record<string, string | null> {
  return {
    city: 'Zzyxquillton',
    country: 'US',
    line1: street,
    line2: null,
    postal_code: '00501',
    state: 'NY',
  };
}

const CARD = {
  amount_authorized: null,
  authorization_code: '424242',
  brand: 'visa',
  checks: { address_line1_check: 'pass', address_postal_code_check: 'pass', cvc_check: 'pass' },
  country: 'US',
  exp_month: 8,
  exp_year: 2030,
  extended_authorization: { status: 'disabled' },
  fingerprint: '4242424242424242',
  funding: 'credit',
  iin: '424242',
  incremental_authorization: { status: 'unavailable' },
  installments: null,
  last4: '4242',
  mandate: null,
  multicapture: { status: 'unavailable' },
  network: 'visa',
  network_token: { used: false },
  network_transaction_id: '4242424242424242',
  overcapture: { maximum_amount_capturable: 100, status: 'unavailable' },
  regulated_status: 'unregulated',
  three_d_secure: null,
  transaction_link_id: null,
  wallet: null,
};
