import { canaryPerson } from '../../../business/canary.js';
import type { PaymentsAccount } from '../../../business/payments/accounts.js';
import { DAY_ZERO } from '../../../business/payments/accounts.js';
import type { Price, Product } from '../../../business/payments/plans.js';
import {
  type Discount,
  type Item,
  periodStart,
  type SubscriptionLife,
  subscriptionAt,
} from '../../../business/payments/subscription-life.js';

export function productObject(product: Product, live: boolean): Record<string, unknown> {
  return {
    id: product.id,
    object: 'product',
    active: true,
    created: product.created,
    default_price: null,
    description: null,
    images: [],
    livemode: live,
    marketing_features: [],
    metadata: {},
    name: product.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    type: 'service',
    unit_label: null,
    updated: product.created,
    url: null,
  };
}

export function priceObject(
  price: Price,
  live: boolean,
  expand: { product?: boolean; tiers?: boolean } = {},
): Record<string, unknown> {
  const isWhole = price.unit !== null && /^\d+$/.test(price.unit);
  const { recurring } = price;
  return {
    id: price.id,
    object: 'price',
    active: true,
    billing_scheme: price.tiers === null ? 'per_unit' : 'tiered',
    created: price.created,
    currency: price.currency,
    custom_unit_amount: null,
    livemode: live,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: expand.product ? productObject(price.product, live) : price.product.id,
    recurring: recurring && {
      interval: recurring.interval,
      interval_count: recurring.count,
      meter: recurring.metered ? 'mtr_sandbox' : null,
      trial_period_days: null,
      usage_type: recurring.metered ? 'metered' : 'licensed',
    },
    tax_behavior: price.inclusive ? 'inclusive' : 'exclusive',
    ...(expand.tiers && price.tiers !== null
      ? {
          tiers: price.tiers.map((tier) => ({
            flat_amount: tier.flat,
            flat_amount_decimal: String(tier.flat),
            unit_amount: tier.unit,
            unit_amount_decimal: String(tier.unit),
            up_to: tier.upTo,
          })),
        }
      : {}),
    tiers_mode: price.tiers === null ? null : 'graduated',
    transform_quantity: null,
    type: recurring === null ? 'one_time' : 'recurring',
    unit_amount: isWhole ? Number(price.unit) : null,
    unit_amount_decimal: price.unit,
  };
}

/** A discount names its coupon, or holds it where that is expanded. */
export function discountObject(
  discount: Discount,
  life: SubscriptionLife,
  live: boolean,
  withCoupon: boolean,
): Record<string, unknown> {
  const coupon = {
    id: discount.coupon,
    object: 'coupon',
    amount_off: discount.off,
    created: DAY_ZERO,
    currency: discount.off === null ? null : life.currency,
    duration: discount.duration,
    duration_in_months: discount.duration === 'repeating' ? 6 : null,
    livemode: live,
    max_redemptions: null,
    metadata: {},
    name: 'A discount',
    percent_off: discount.percent,
    redeem_by: null,
    times_redeemed: 1,
    valid: true,
  };
  return {
    id: discount.id,
    object: 'discount',
    checkout_session: null,
    customer: life.customer,
    customer_account: null,
    end: discount.end,
    invoice: null,
    invoice_item: null,
    promotion_code: null,
    source: { coupon: withCoupon ? coupon : discount.coupon, type: 'coupon' },
    start: discount.start,
    subscription: life.id,
    subscription_item: null,
  };
}

export function subscriptionObject(
  life: SubscriptionLife,
  account: PaymentsAccount,
  now: number,
  expand: ReadonlySet<string>,
): Record<string, unknown> {
  const state = subscriptionAt(life, now);
  if (state === null) throw new Error('The subscription does not exist yet.');
  const person = canaryPerson(life.number);
  const until = Math.min(now, state.endedAt ?? now);
  const period = currentPeriod(life, until);
  const canSee = life.discount !== null && (life.discount.end === null || life.discount.end > now);
  const asked = life.steps.find((step) => step.kind === 'cancel-asked' && step.at <= now);
  const willEnd = asked?.kind === 'cancel-asked' ? asked.endsAt : null;
  return {
    id: life.id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: life.trialEnd ?? life.created,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: null, type: 'classic' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: willEnd,
    cancel_at_period_end: state.cancelAtPeriodEnd,
    canceled_at: state.canceledAt,
    cancellation_details: {
      comment: state.canceledAt === null ? null : `${person.name} moved away.`,
      feedback: null,
      reason: state.canceledAt === null ? null : 'cancellation_requested',
    },
    collection_method: life.collection,
    created: life.created,
    currency: life.currency,
    customer: life.customer,
    customer_account: null,
    days_until_due: life.collection === 'send_invoice' ? 30 : null,
    default_payment_method: 'pm_4242424242424242',
    default_source: null,
    default_tax_rates: life.inclusiveTax === null ? [] : [taxRate(life.inclusiveTax, account.live)],
    description: `Plan of ${person.name}`,
    discounts: !canSee
      ? []
      : life.discount && expand.has('discounts')
        ? [discountObject(life.discount, life, account.live, expand.has('discounts.source.coupon'))]
        : [life.discount?.id],
    ended_at: state.endedAt,
    invoice_settings: { account_tax_ids: null, issuer: { type: 'self' } },
    items: {
      object: 'list',
      data: state.items.map((item) => itemObject(item, life, account.live, period)),
      has_more: false,
      total_count: state.items.length,
      url: `/v1/subscription_items?subscription=${life.id}`,
    },
    latest_invoice: null,
    livemode: account.live,
    managed_payments: null,
    metadata: { owner: person.email },
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: state.collectionPaused ? { behavior: 'void', resumes_at: null } : null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: life.start,
    status: state.status,
    test_clock: life.clocked ? 'clock_sandbox' : null,
    transfer_data: null,
    trial_end: life.trialEnd,
    trial_settings: { end_behavior: { missing_payment_method: 'create_invoice' } },
    trial_start: life.trialEnd === null ? null : life.created,
  };
}

function currentPeriod(life: SubscriptionLife, at: number): { from: number; to: number } {
  const price = life.items[0]?.price;
  const anchor = life.trialEnd ?? life.created;
  if (price === undefined || at < anchor) return { from: life.created, to: anchor };
  let index = 0;
  while (periodStart(anchor, price, index + 1) <= at) index += 1;
  return { from: periodStart(anchor, price, index), to: periodStart(anchor, price, index + 1) };
}

function itemObject(
  item: Item,
  life: SubscriptionLife,
  live: boolean,
  period: { from: number; to: number },
): Record<string, unknown> {
  const { recurring } = item.price;
  const whole = item.price.unit !== null && /^\d+$/.test(item.price.unit);
  return {
    id: item.id,
    object: 'subscription_item',
    billing_thresholds: null,
    created: life.created,
    current_period_end: period.to,
    current_period_start: period.from,
    discounts: [],
    metadata: {},
    plan: {
      id: item.price.id,
      object: 'plan',
      active: true,
      amount: whole ? Number(item.price.unit) : null,
      amount_decimal: item.price.unit,
      billing_scheme: item.price.tiers === null ? 'per_unit' : 'tiered',
      created: item.price.created,
      currency: item.price.currency,
      interval: recurring?.interval,
      interval_count: recurring?.count,
      livemode: live,
      metadata: {},
      meter: recurring?.metered ? 'mtr_sandbox' : null,
      nickname: null,
      product: item.price.product.id,
      tiers_mode: item.price.tiers === null ? null : 'graduated',
      transform_usage: null,
      trial_period_days: null,
      usage_type: recurring?.metered ? 'metered' : 'licensed',
    },
    price: priceObject(item.price, live),
    // What is metered has no quantity.
    ...(recurring?.metered ? {} : { quantity: item.quantity }),
    subscription: life.id,
    tax_rates: [],
  };
}

export function taxRate(percent: number, live: boolean): Record<string, unknown> {
  return {
    id: 'txr_sandbox',
    object: 'tax_rate',
    active: true,
    country: 'DE',
    created: DAY_ZERO,
    description: null,
    display_name: 'VAT',
    effective_percentage: percent,
    flat_amount: null,
    inclusive: true,
    jurisdiction: 'DE',
    jurisdiction_level: null,
    livemode: live,
    metadata: {},
    percentage: percent,
    rate_type: 'percentage',
    state: null,
    tax_type: 'vat',
  };
}
