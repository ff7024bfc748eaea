import { canaryPerson } from '../../../business/canary.js';
import { DAY_ZERO, type PaymentsAccount } from '../../../business/payments/accounts.js';
import type { CustomerLife } from '../../../business/payments/customers.js';
import { addressOf } from './charge.js';

export function accountObject(account: PaymentsAccount): Record<string, unknown> {
  const person = canaryPerson(1);
  const address = addressOf(person.street);
  return {
    id: account.id,
    object: 'account',
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: '5734',
      minority_owned_business_designation: null,
      name: account.name,
      product_description: null,
      support_address: address,
      support_email: person.email,
      support_phone: person.phone,
      support_url: 'https://zzyxquill.example',
      url: 'https://zzyxquill.example',
    },
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    company: { address, name: person.name, phone: person.phone },
    controller: { type: 'account' },
    country: account.country,
    created: DAY_ZERO - 86_400,
    default_currency: account.home,
    details_submitted: true,
    email: person.email,
    external_accounts: {
      object: 'list',
      data: [{ id: 'ba_4242424242424242', object: 'bank_account', last4: '4242' }],
      has_more: false,
      url: `/v1/accounts/${account.id}/external_accounts`,
    },
    metadata: {},
    payouts_enabled: true,
    settings: {
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_payments: { decline_on: { avs_failure: true, cvc_failure: true } },
      dashboard: { display_name: account.name, timezone: account.zone },
      payments: { statement_descriptor: 'ZZYXQUILL' },
      payouts: {
        debit_negative_balances: true,
        schedule: { delay_days: 2, interval: 'weekly' },
        statement_descriptor: null,
      },
    },
    tos_acceptance: { date: DAY_ZERO - 86_400, ip: '192.0.2.17' },
    type: 'standard',
  };
}

export function balanceObject(
  sums: readonly { currency: string; available: number; pending: number }[],
  live: boolean,
): Record<string, unknown> {
  const part = (name: 'available' | 'pending'): unknown[] =>
    sums.map((sum) => ({
      amount: sum[name],
      currency: sum.currency,
      source_types: { card: sum[name] },
    }));
  return {
    object: 'balance',
    available: part('available'),
    livemode: live,
    pending: part('pending'),
  };
}

export function customerObject(
  customer: CustomerLife,
  account: PaymentsAccount,
): Record<string, unknown> {
  const person = canaryPerson(customer.number % 9_973);
  const address = addressOf(person.street);
  return {
    id: customer.id,
    object: 'customer',
    address,
    balance: 0,
    created: customer.created,
    currency: account.home,
    default_source: null,
    delinquent: false,
    description: person.name,
    discount: null,
    email: person.email,
    invoice_prefix: 'ZZYX',
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: account.live,
    metadata: { crm: person.email },
    name: person.name,
    next_invoice_sequence: 1,
    phone: person.phone,
    preferred_locales: [],
    shipping: { address, name: person.name, phone: person.phone },
    tax_exempt: 'none',
    test_clock: null,
  };
}
