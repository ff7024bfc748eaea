import { describe, expect, test } from '@jest/globals';
import { connector } from '../../../src/connectors/stripe/connector.js';
import { type Answers, readStream, sliceOf, total } from '../support/read-stream.js';

/** Noon of a day in New York, in Stripe's seconds. */
function at(day: string): number {
  return sliceOf().clock.startOf(day) / 1000 + 12 * 3600;
}

function listOf(items: readonly object[]): Answers {
  return ({ query }) => {
    const limit = Number(query['limit']);
    const after = items.findIndex(
      (item) => (item as { id?: string }).id === query['starting_after'],
    );
    const data = items.slice(after + 1, after + 1 + limit);
    return { object: 'list', data, has_more: after + 1 + data.length < items.length, url: '/' };
  };
}

function movement(id: string, over: object): object {
  return {
    id,
    type: 'charge',
    reporting_category: 'charge',
    currency: 'usd',
    amount: 1_000,
    fee: 59,
    net: 941,
    fee_details: [{ type: 'stripe_fee', amount: 59, currency: 'usd' }],
    created: at('2026-11-05'),
    ...over,
  };
}

function charge(id: string, over: object): object {
  return {
    id,
    created: at('2026-11-05'),
    livemode: true,
    status: 'succeeded',
    captured: true,
    failure_code: null,
    ...over,
  };
}

function refund(id: string, over: object): object {
  return {
    id,
    created: at('2026-11-09'),
    status: 'succeeded',
    reason: 'requested_by_customer',
    amount: 250,
    currency: 'usd',
    ...over,
  };
}

function item(over: object, price: object = {}): object {
  return {
    quantity: 1,
    tax_rates: [],
    price: {
      id: 'price_1',
      product: 'prod_1',
      unit_amount: 1_200,
      unit_amount_decimal: '1200',
      tax_behavior: 'exclusive',
      recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
      ...price,
    },
    ...over,
  };
}

function subscription(id: string, over: object): object {
  return {
    id,
    livemode: true,
    test_clock: null,
    status: 'active',
    pause_collection: null,
    start_date: at('2026-11-02'),
    ended_at: null,
    currency: 'usd',
    items: { data: [item({})] },
    discounts: [],
    default_tax_rates: [],
    ...over,
  };
}

function coupon(over: object, discount: object = {}): object {
  const whole = {
    percent_off: null,
    amount_off: null,
    currency: null,
    duration: 'forever',
    ...over,
  };
  return { id: 'di_1', end: null, source: { coupon: whole }, ...discount };
}

/** Subscriptions, and a price list for those that ask. */
async function mrr(...subscriptions: object[]): Promise<number> {
  const points = await readStream(connector, 'subscriptions', (call) =>
    call.path === '/v1/prices' ? { data: [], has_more: false } : listOf(subscriptions)(call),
  );
  return total(points, 'mrr.total');
}

describe('a refund', () => {
  test('counts on its own day and not on that of the charge', async () => {
    const points = await readStream(connector, 'refunds', listOf([refund('re_1', {})]));
    expect(total(points, 'refunds.amount', { day: '2026-11-09' })).toBe(250);
    expect(total(points, 'refunds.amount')).toBe(250);
  });

  test('of a part is counted by its amount, whatever the charge says of itself', async () => {
    const parts = [refund('re_1', { amount: 100 }), refund('re_2', { amount: 50 })];
    const points = await readStream(connector, 'refunds', listOf(parts));
    expect(total(points, 'refunds.amount')).toBe(150);
    expect(total(points, 'refunds.count')).toBe(2);
  });

  test('that is pending, failed or cancelled is none', async () => {
    const parts = ['pending', 'requires_action', 'failed', 'canceled'].map((status, n) =>
      refund(`re_${n}`, { status }),
    );
    const points = await readStream(connector, 'refunds', listOf(parts));
    expect(points).toEqual([]);
  });

  test('that failed gives its money back to the ledger', async () => {
    const points = await readStream(
      connector,
      'balance-transactions',
      listOf([
        movement('txn_1', {}),
        movement('txn_2', {
          type: 'refund',
          reporting_category: 'refund',
          amount: -250,
          fee: 0,
          net: -250,
          fee_details: [],
        }),
        movement('txn_3', {
          type: 'refund_failure',
          reporting_category: 'refund_failure',
          amount: 250,
          fee: 0,
          net: 250,
          fee_details: [],
        }),
      ]),
    );
    expect(total(points, 'revenue.net')).toBe(941);
    expect(total(points, 'payments.net_volume')).toBe(941);
  });

  test('is looked at again for a month, for it may fail late', () => {
    const stream = connector.streams.find(({ name }) => name === 'refunds');
    expect(stream?.lookBackDays).toBeGreaterThanOrEqual(30);
  });
});

const dispute = (id: string, over: object) => ({
  id,
  created: at('2026-11-06'),
  livemode: true,
  status: 'needs_response',
  reason: 'fraudulent',
  amount: 1_000,
  currency: 'usd',
  ...over,
});

describe('a dispute', () => {
  test('is no refund, and when it is won the ledger has it back', async () => {
    const adjustment = { type: 'adjustment', fee: 0, fee_details: [] };
    const points = await readStream(
      connector,
      'balance-transactions',
      listOf([
        movement('txn_1', {}),
        movement('txn_2', {
          ...adjustment,
          reporting_category: 'dispute',
          amount: -1_000,
          net: -1_000,
        }),
        movement('txn_3', {
          ...adjustment,
          reporting_category: 'dispute_reversal',
          amount: 1_000,
          net: 1_000,
        }),
      ]),
    );
    expect(total(points, 'revenue.net')).toBe(941);
    expect(connector.streams.find(({ name }) => name === 'refunds')?.metrics).not.toContain(
      'disputes.amount',
    );
  });

  test('that is a warning or was prevented is left out', async () => {
    const statuses = ['warning_needs_response', 'warning_closed', 'prevented', 'lost'];
    const points = await readStream(
      connector,
      'disputes',
      listOf(statuses.map((status, n) => dispute(`dp_${n}`, { status }))),
    );
    expect(total(points, 'disputes.count')).toBe(1);
    expect(total(points, 'disputes.amount', { dimensions: { status: 'lost' } })).toBe(1_000);
  });

  test('is looked at again for four months', () => {
    const stream = connector.streams.find(({ name }) => name === 'disputes');
    expect(stream?.lookBackDays).toBeGreaterThanOrEqual(120);
  });
});

describe('currencies', () => {
  test('are never added, and the ledger speaks in that of settlement', async () => {
    const points = await readStream(
      connector,
      'balance-transactions',
      listOf([
        movement('txn_1', {}),
        movement('txn_2', { currency: 'eur', fee_details: [], fee: 0 }),
      ]),
    );
    expect(total(points, 'payments.gross_volume', { currency: 'USD' })).toBe(1_000);
    expect(total(points, 'payments.gross_volume', { currency: 'EUR' })).toBe(1_000);
  });

  test.each([
    ['jpy', 5_000, 5_000],
    ['kwd', 12_340, 12_340],
    ['isk', 5_000_00, 5_000],
    ['ugx', 7_000_00, 7_000],
    ['mga', 500, 50_000],
    ['usd', 12_34, 12_34],
  ])('%s is counted by its own digits', async (currency, sent, kept) => {
    const points = await readStream(
      connector,
      'balance-transactions',
      listOf([movement('txn_1', { currency, amount: sent, fee: 0, net: sent, fee_details: [] })]),
    );
    expect(total(points, 'payments.gross_volume')).toBe(kept);
  });

  test('that are none break the page, as any other value of another form does', async () => {
    const broken = listOf([movement('txn_1', { currency: 'a secret of somebody' })]);
    const failure = readStream(connector, 'balance-transactions', broken);
    await expect(failure).rejects.toMatchObject({ code: 'provider_page_broken' });
    await expect(failure).rejects.not.toThrow(/secret/);
  });
});

describe('the ledger', () => {
  test('takes no payout, reserve, hold or transfer for revenue', async () => {
    const kinds = [
      'payout',
      'payout_failure',
      'reserve_transaction',
      'reserved_funds',
      'payment_network_reserve_hold',
      'risk_reserved_funds_hold',
      'transfer',
      'topup',
    ];
    const points = await readStream(
      connector,
      'balance-transactions',
      listOf(
        kinds.map((type, n) =>
          movement(`txn_${n}`, {
            type,
            reporting_category: type,
            fee: 0,
            fee_details: [],
            net: -1_000,
            amount: -1_000,
          }),
        ),
      ),
    );
    expect(points).toEqual([]);
  });

  test('counts what Stripe bills for itself among the fees', async () => {
    const points = await readStream(
      connector,
      'balance-transactions',
      listOf([
        movement('txn_1', {
          type: 'stripe_fee',
          reporting_category: 'fee',
          amount: -300,
          fee: 0,
          net: -300,
          fee_details: [],
        }),
      ]),
    );
    expect(total(points, 'payments.fees', { dimensions: { fee_type: 'stripe_fee' } })).toBe(300);
    expect(total(points, 'revenue.net')).toBe(-300);
  });

  test('tells an application’s fee apart and does not count it twice', async () => {
    const fees = [
      { type: 'stripe_fee', amount: 59, currency: 'usd' },
      { type: 'application_fee', amount: 100, currency: 'usd' },
    ];
    const points = await readStream(
      connector,
      'balance-transactions',
      listOf([movement('txn_1', { fee: 159, net: 841, fee_details: fees })]),
    );
    expect(total(points, 'payments.fees', { dimensions: { fee_type: 'application_fee' } })).toBe(
      100,
    );
    expect(total(points, 'payments.fees')).toBe(159);
  });
});

describe('a charge', () => {
  test('that is not captured is no payment, and a pending one no attempt', async () => {
    const points = await readStream(
      connector,
      'charges',
      listOf([
        charge('ch_1', {}),
        charge('ch_2', { captured: false }),
        charge('ch_3', { status: 'pending' }),
        charge('ch_4', { status: 'failed', captured: false, failure_code: 'card_declined' }),
      ]),
    );
    expect(total(points, 'payments.count')).toBe(1);
    expect(total(points, 'payments.attempts')).toBe(3);
  });

  test('of the test mode does not show in a live account, nor the other way round', async () => {
    const mixed = listOf([charge('ch_1', {}), charge('ch_2', { livemode: false })]);
    expect(total(await readStream(connector, 'charges', mixed), 'payments.count')).toBe(1);
    const test = await readStream(connector, 'charges', mixed, { account: { test: true } });
    expect(total(test, 'payments.count')).toBe(1);
  });

  test('late in the evening counts in the account’s day', async () => {
    const late = sliceOf().clock.startOf('2026-11-06') / 1000 - 60;
    const points = await readStream(
      connector,
      'charges',
      listOf([charge('ch_1', { created: late })]),
    );
    expect(points.map(({ day }) => day)).toEqual(['2026-11-05', '2026-11-05']);
  });

  test('is read again for five weeks, since Stripe cannot be asked what changed', () => {
    for (const name of ['charges', 'balance-transactions']) {
      expect(connector.streams.find((it) => it.name === name)?.lookBackDays).toBeGreaterThanOrEqual(
        35,
      );
    }
  });
});

const every = (interval: string, interval_count: number, unit_amount: number) =>
  item({}, { unit_amount, recurring: { interval, interval_count, usage_type: 'licensed' } });

describe('recurring revenue', () => {
  test('is a month’s, whatever the interval', async () => {
    expect(await mrr(subscription('1', { items: { data: [every('year', 1, 12_000)] } }))).toBe(
      1_000,
    );
    expect(await mrr(subscription('1', { items: { data: [every('month', 3, 3_000)] } }))).toBe(
      1_000,
    );
    // 52 weeks a year, 300 each: 1,300 a month.
    expect(await mrr(subscription('1', { items: { data: [every('week', 1, 300)] } }))).toBe(1_300);
    // 365 days a year, 12 each: 365 a month.
    expect(await mrr(subscription('1', { items: { data: [every('day', 1, 12)] } }))).toBe(365);
  });

  test('has nothing of trials, metered and one-off prices, and paused, unpaid or ended subscriptions', async () => {
    const recurring = { interval: 'month', interval_count: 1, usage_type: 'metered' };
    const none = [
      { status: 'trialing' },
      { status: 'incomplete' },
      { status: 'unpaid' },
      { status: 'canceled', ended_at: at('2026-11-10') },
      { status: 'paused' },
      { pause_collection: { behavior: 'void' } },
      { items: { data: [item({ quantity: undefined }, { recurring })] } },
      { items: { data: [item({}, { recurring: null })] } },
    ];
    expect(await mrr(...none.map((over, n) => subscription(`sub_${n}`, over)))).toBe(0);
    expect(await mrr(subscription('sub_1', { status: 'past_due' }))).toBe(1_200);
  });

  test('is less its discounts: by percent, by an amount each invoice, for as long as they last', async () => {
    const yearly = item(
      {},
      {
        unit_amount: 12_000,
        recurring: { interval: 'year', interval_count: 1, usage_type: 'licensed' },
      },
    );
    expect(await mrr(subscription('1', { discounts: [coupon({ percent_off: 12.5 })] }))).toBe(
      1_050,
    );
    expect(
      await mrr(
        subscription('1', {
          items: { data: [yearly] },
          discounts: [coupon({ amount_off: 1_200, currency: 'usd' })],
        }),
      ),
    ).toBe(900);
    expect(
      await mrr(subscription('1', { discounts: [coupon({ percent_off: 50, duration: 'once' })] })),
    ).toBe(1_200);
    const over = coupon({ percent_off: 50, duration: 'repeating' }, { end: at('2026-11-01') });
    expect(await mrr(subscription('1', { discounts: [over] }))).toBe(1_200);
  });

  test('of a coupon for everything is no money, and still a subscription', async () => {
    const free = subscription('1', { discounts: [coupon({ percent_off: 100 })] });
    const points = await readStream(connector, 'subscriptions', (call) =>
      call.path === '/v1/prices' ? { data: [], has_more: false } : listOf([free])(call),
    );
    expect(total(points, 'mrr.total')).toBe(0);
    expect(total(points, 'subscriptions.active')).toBe(1);
  });

  test('is without the tax that is inside a price', async () => {
    const taxed = item(
      { tax_rates: [{ inclusive: true, percentage: 20 }] },
      { tax_behavior: 'inclusive' },
    );
    expect(await mrr(subscription('1', { items: { data: [taxed] } }))).toBe(1_000);
  });

  test('of prices with tiers comes from the price list', async () => {
    const tiered = item(
      { quantity: 15 },
      { id: 'price_t', unit_amount: null, unit_amount_decimal: null },
    );
    const tiers = [
      { up_to: 10, unit_amount: 100, flat_amount: 500 },
      { up_to: null, unit_amount: 50, flat_amount: null },
    ];
    for (const [tiers_mode, wanted] of [
      ['graduated', 10 * 100 + 500 + 5 * 50],
      ['volume', 15 * 50],
    ] as const) {
      const points = await readStream(connector, 'subscriptions', (call) =>
        call.path === '/v1/prices'
          ? { data: [{ id: 'price_t', tiers_mode, tiers }], has_more: false }
          : listOf([subscription('1', { items: { data: [tiered] } })])(call),
      );
      expect(total(points, 'mrr.total')).toBe(wanted);
    }
  });

  test('loses no cent to rounding over many subscriptions', async () => {
    const third = item(
      {},
      {
        unit_amount: 100,
        recurring: { interval: 'month', interval_count: 3, usage_type: 'licensed' },
      },
    );
    const many = Array.from({ length: 300 }, (_, n) =>
      subscription(`sub_${n}`, { items: { data: [third] } }),
    );
    expect(await mrr(...many)).toBe(10_000);
  });
});

describe('subscriptions', () => {
  test('are asked for with the cancelled ones, and end on the day they did', async () => {
    const asked: unknown[] = [];
    const ended = subscription('1', {
      status: 'canceled',
      canceled_at: at('2026-11-03'),
      ended_at: at('2026-11-12'),
    });
    const points = await readStream(connector, 'subscriptions', (call) => {
      if (call.path === '/v1/prices') return { data: [], has_more: false };
      asked.push(call.query['status']);
      return listOf([ended])(call);
    });
    expect(asked).toEqual(['all']);
    expect(total(points, 'subscriptions.churned', { day: '2026-11-12' })).toBe(1);
  });

  test('of a test clock are left out', async () => {
    expect(await mrr(subscription('1', { test_clock: 'clock_1' }))).toBe(0);
  });
});

const round: Answers = () => ({ data: [charge('ch_1', {})], has_more: true });

describe('pages', () => {
  test('follow the last id to the end, and a page that leads to itself is refused', async () => {
    const many = Array.from({ length: 250 }, (_, n) => charge(`ch_${n}`, {}));
    const points = await readStream(connector, 'charges', listOf(many));
    expect(total(points, 'payments.count')).toBe(250);
    await expect(readStream(connector, 'charges', round)).rejects.toMatchObject({
      code: 'provider_page_broken',
    });
  });

  test('with a field of another type break by a rule, without the content', async () => {
    const broken = listOf([charge('ch_1', { captured: 'a secret of somebody' })]);
    const failure = readStream(connector, 'charges', broken);
    await expect(failure).rejects.toMatchObject({ code: 'provider_page_broken' });
    await expect(failure).rejects.not.toThrow(/secret/);
  });
});
