import { canaryPerson } from '../../../business/canary.js';
import type { PaymentsAccount } from '../../../business/payments/accounts.js';
import type { InvoiceLife } from '../../../business/payments/invoices.js';
import { addressOf } from './charge.js';

export function invoiceStatus(invoice: InvoiceLife, now: number): string {
  if (invoice.paidAt !== null && invoice.paidAt <= now) return 'paid';
  if (invoice.voidedAt !== null && invoice.voidedAt <= now) return 'void';
  if (invoice.uncollectibleAt !== null && invoice.uncollectibleAt <= now) return 'uncollectible';
  return 'open';
}

export function invoiceObject(
  invoice: InvoiceLife,
  account: PaymentsAccount,
  now: number,
  expand: ReadonlySet<string>,
): Record<string, unknown> {
  const status = invoiceStatus(invoice, now);
  const { subscription } = invoice;
  const person = canaryPerson(subscription.number);
  const address = addressOf(person.street);
  const isPaid = status === 'paid';
  const past = (at: number | null): number | null => (at !== null && at <= now ? at : null);
  return {
    id: invoice.id,
    object: 'invoice',
    account_country: account.country,
    account_name: account.name,
    account_tax_ids: ['txi_4242424242424242'],
    amount_due: invoice.total,
    amount_overpaid: 0,
    amount_paid: isPaid ? invoice.total : 0,
    amount_remaining: isPaid ? 0 : invoice.total,
    amount_shipping: 0,
    application: null,
    attempt_count: 1,
    attempted: true,
    auto_advance: false,
    automatic_tax: {
      disabled_reason: null,
      enabled: false,
      liability: null,
      provider: null,
      status: null,
    },
    automatically_finalizes_at: null,
    billing_reason: invoice.reason,
    collection_method: subscription.collection,
    created: invoice.created,
    currency: subscription.currency,
    custom_fields: [{ name: 'Contact', value: person.email }],
    customer: subscription.customer,
    customer_account: null,
    customer_address: address,
    customer_email: person.email,
    customer_name: person.name,
    customer_phone: person.phone,
    customer_shipping: { address, name: person.name, phone: person.phone },
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: `For ${person.name}`,
    discounts:
      subscription.discount !== null && invoice.discount > 0 ? [subscription.discount.id] : [],
    due_date: invoice.dueAt,
    effective_at: invoice.created,
    ending_balance: 0,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: `https://invoice.stripe.com/i/${person.last}`,
    invoice_pdf: `https://pay.stripe.com/invoice/${person.last}/pdf`,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: {
      object: 'list',
      data: invoice.lines.slice(0, 10).map((line) => lineObject(line, invoice, account)),
      has_more: false,
      total_count: invoice.lines.length,
      url: `/v1/invoices/${invoice.id}/lines`,
    },
    livemode: account.live,
    metadata: { contact: person.email },
    next_payment_attempt: null,
    number: `ZZYX-${invoice.number}`,
    on_behalf_of: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: {}, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: {
      default_mandate: null,
      payment_method_options: null,
      payment_method_types: null,
    },
    ...(expand.has('payments')
      ? {
          payments: {
            object: 'list',
            data: isPaid && invoice.charge ? [invoicePaymentObject(invoice, account)] : [],
            has_more: false,
            url: `/v1/invoice_payments?invoice=${invoice.id}`,
          },
        }
      : {}),
    period_end: invoice.periodEnd,
    period_start: invoice.periodStart,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status,
    status_transitions: {
      finalized_at: invoice.created,
      marked_uncollectible_at: past(invoice.uncollectibleAt),
      paid_at: past(invoice.paidAt),
      voided_at: past(invoice.voidedAt),
    },
    subtotal: invoice.subtotal,
    subtotal_excluding_tax: invoice.subtotal,
    test_clock: subscription.clocked ? 'clock_sandbox' : null,
    total: invoice.total,
    total_discount_amounts: [],
    total_excluding_tax: invoice.total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: invoice.created,
  };
}

export function lineObject(
  line: InvoiceLife['lines'][number],
  invoice: InvoiceLife,
  account: PaymentsAccount,
): Record<string, unknown> {
  const { item } = line;
  return {
    id: line.id,
    object: 'line_item',
    amount: line.amount,
    currency: invoice.subscription.currency,
    description: `${item.quantity} of ${item.price.product.name}`,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: invoice.id,
    livemode: account.live,
    metadata: {},
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: null,
        subscription: invoice.subscription.id,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period: { end: invoice.periodEnd, start: invoice.periodStart },
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: item.price.id, product: item.price.product.id },
      type: 'price_details',
      unit_amount_decimal: item.price.unit,
    },
    quantity: item.quantity,
    quantity_decimal: String(item.quantity),
    subscription: invoice.subscription.id,
    subtotal: line.amount,
    taxes: [],
  };
}

export function invoicePaymentObject(
  invoice: InvoiceLife,
  account: PaymentsAccount,
): Record<string, unknown> {
  return {
    id: invoice.id.replace('in_', 'inpay_'),
    object: 'invoice_payment',
    amount_paid: invoice.total,
    amount_requested: invoice.total,
    created: invoice.created,
    currency: invoice.subscription.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: account.live,
    payment: {
      payment_intent: invoice.charge?.id.replace('ch_', 'pi_'),
      type: 'payment_intent',
    },
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: invoice.paidAt },
  };
}
