import { describe, expect, test } from '@jest/globals';
import { connector } from '../../../src/connectors/shopify/connector.js';
import { readStream, sliceOf, total } from '../support/read-stream.js';
import {
  agreement,
  type Asked,
  connection,
  listing,
  order,
  payment,
  read,
  sale,
  SHOP,
} from './orders.js';

const streamOf = (name: string) => {
  const stream = connector.streams.find((candidate) => candidate.name === name);
  if (stream === undefined) throw new Error(`There is no stream ${name}.`);
  return stream;
};

const sold = (sales: object[], at = '2026-11-05T12:00:00Z') =>
  connection([agreement(at, 'ORDER', sales)]);

describe('an order’s totals', () => {
  test('are not asked for, since every edit and refund changes them', async () => {
    const asked: Asked[] = [];
    await readStream(connector, 'orders', listing([order(1)], asked), SHOP);
    expect(asked[0]?.query).not.toMatch(/totalPrice|subtotal|currentTotal|totalRefunded/);
  });

  test('come from its ledger, each agreement on its own day', async () => {
    const points = await read(
      order(1, {
        agreements: connection([
          agreement('2026-11-05T12:00:00Z', 'ORDER', [sale('100.0')]),
          agreement('2026-11-08T12:00:00Z', 'ORDER_EDIT', [sale('20.0')]),
          agreement('2026-11-11T12:00:00Z', 'RETURN', [
            sale('-30.0', { actionType: 'RETURN', quantity: -1 }),
          ]),
        ]),
      }),
    );
    expect(total(points, 'sales.net', { day: '2026-11-05' })).toBe(10_000);
    expect(total(points, 'sales.net', { day: '2026-11-08' })).toBe(2_000);
    expect(total(points, 'sales.net', { day: '2026-11-11' })).toBe(-3_000);
    expect(total(points, 'sales.gross')).toBe(12_000);
  });
});

describe('an edit', () => {
  test('that adds is a sale of its day, and one that takes out is a return of its day', async () => {
    const points = await read(
      order(1, {
        agreements: connection([
          agreement('2026-11-05T12:00:00Z', 'ORDER', [sale('50.0', { quantity: 5 })]),
          agreement('2026-11-09T12:00:00Z', 'ORDER_EDIT', [
            sale('-20.0', { actionType: 'RETURN', quantity: -2 }),
            sale('15.0', { quantity: 1 }),
          ]),
        ]),
      }),
    );
    expect(total(points, 'sales.gross', { day: '2026-11-09' })).toBe(1_500);
    expect(
      total(points, 'sales.returns', {
        day: '2026-11-09',
        dimensions: { reason: 'ORDER_EDIT' },
      }),
    ).toBe(2_000);
    expect(total(points, 'products.units')).toBe(4);
  });
});

describe('a refund', () => {
  const returned = agreement('2026-11-10T12:00:00Z', 'REFUND', [
    sale('-60.0', { actionType: 'RETURN', quantity: -1 }),
  ]);

  test('of money is what successful transactions gave back, whatever goods came back', async () => {
    const points = await read(
      order(1, {
        agreements: connection([
          agreement('2026-11-05T12:00:00Z', 'ORDER', [sale('60.0')]),
          returned,
        ]),
        transactions: [
          payment('SALE', '60.0'),
          payment('REFUND', '15.0', { processedAt: '2026-11-10T12:00:00Z' }),
        ],
      }),
    );
    expect(total(points, 'refunds.amount', { day: '2026-11-10' })).toBe(1_500);
    expect(total(points, 'sales.returns', { day: '2026-11-10' })).toBe(6_000);
  });

  test('whose goods come to nothing gives its money back all the same', async () => {
    const points = await read(order(1, { transactions: [payment('REFUND', '15.0')] }));
    expect(total(points, 'refunds.amount')).toBe(1_500);
    expect(total(points, 'sales.returns')).toBe(0);
    expect(total(points, 'orders.refunded')).toBe(1);
  });

  test.each(['PENDING', 'FAILURE', 'ERROR', 'AWAITING_RESPONSE', 'UNKNOWN'])(
    'that is %s is none',
    async (status) => {
      const points = await read(
        order(1, { transactions: [payment('REFUND', '15.0', { status })] }),
      );
      expect(total(points, 'refunds.amount')).toBe(0);
      expect(total(points, 'orders.refunded')).toBe(0);
    },
  );

  test('into store credit has no transaction, and only the goods come back', async () => {
    const points = await read(order(1, { agreements: connection([returned]) }));
    expect(total(points, 'refunds.amount')).toBe(0);
    expect(total(points, 'sales.returns')).toBe(6_000);
  });
});

describe('test orders', () => {
  test('are left out by the search, and once more where it lags', async () => {
    const asked: Asked[] = [];
    const points = await readStream(
      connector,
      'orders',
      listing([order(1), order(2, { test: true })], asked),
      SHOP,
    );
    expect(asked[0]?.variables['query']).toContain('test:false');
    expect(total(points, 'orders.count')).toBe(1);
  });

  test('are not among the unfulfilled', async () => {
    const waiting = { cancelledAt: null, displayFulfillmentStatus: 'UNFULFILLED' };
    const points = await readStream(
      connector,
      'unfulfilled',
      () => ({
        data: {
          orders: connection([
            { ...waiting, test: false },
            { ...waiting, test: true },
          ]),
        },
      }),
      SHOP,
    );
    expect(total(points, 'fulfilment.unfulfilled')).toBe(1);
  });

  test('may be paid in earnest, and real ones by a test: the transaction says', async () => {
    const points = await read(
      order(1, {
        transactions: [payment('SALE', '10.0'), payment('SALE', '20.0', { test: true })],
      }),
    );
    expect(total(points, 'payments.captured')).toBe(1_000);
  });
});

describe('a cancelled order', () => {
  const cancelled = { cancelledAt: '2026-11-07T12:00:00Z', cancelReason: 'FRAUD' };

  test('is no order, though it was paid; its money and goods tell their own story', async () => {
    const points = await read(
      order(1, {
        ...cancelled,
        agreements: sold([sale('10.0')]),
        transactions: [payment('SALE', '10.0')],
      }),
    );
    expect(total(points, 'orders.count')).toBe(0);
    expect(total(points, 'orders.created', { day: '2026-11-05' })).toBe(1);
    expect(
      total(points, 'orders.cancelled', {
        day: '2026-11-05',
        dimensions: { cancel_reason: 'FRAUD' },
      }),
    ).toBe(1);
    expect(total(points, 'payments.captured')).toBe(1_000);
    expect(total(points, 'sales.net')).toBe(1_000);
  });

  test('is searched for like any other, since no state is asked for', async () => {
    const asked: Asked[] = [];
    await readStream(connector, 'orders', listing([order(1, cancelled)], asked), SHOP);
    expect(asked[0]?.variables['query']).not.toMatch(/status/);
  });

  test('waits for nothing to be sent', async () => {
    const points = await readStream(
      connector,
      'unfulfilled',
      () => ({
        data: {
          orders: connection([
            { ...cancelled, test: false, displayFulfillmentStatus: 'UNFULFILLED' },
            { cancelledAt: null, test: false, displayFulfillmentStatus: 'FULFILLED' },
          ]),
        },
      }),
      SHOP,
    );
    expect(total(points, 'fulfilment.unfulfilled')).toBe(0);
  });
});

describe('a payment that was voided', () => {
  test('is no money: only successful sales and captures are', async () => {
    const points = await read(
      order(1, { transactions: [payment('AUTHORIZATION', '10.0'), payment('VOID', '10.0')] }),
    );
    expect(points.filter(({ metric }) => metric.startsWith('payments.'))).toEqual([]);
  });

  test('is not the same as one that is pending', async () => {
    const points = await read(
      order(1, {
        transactions: [
          payment('SALE', '10.0', { status: 'PENDING', processedAt: null }),
          payment('CAPTURE', '7.0'),
          payment('SALE', '5.0', { status: 'FAILURE' }),
        ],
      }),
    );
    expect(total(points, 'payments.pending')).toBe(1_000);
    expect(total(points, 'payments.captured')).toBe(700);
  });
});

describe('an imported order', () => {
  const imported = { createdAt: '2026-11-12T12:00:00Z', processedAt: '2026-11-02T12:00:00Z' };

  test('counts on the day it was placed, not on that of the import', async () => {
    const points = await read(order(1, imported));
    expect(total(points, 'orders.count', { day: '2026-11-02' })).toBe(1);
    expect(total(points, 'orders.created', { day: '2026-11-12' })).toBe(1);
  });

  test('is found by its last change', async () => {
    const asked: Asked[] = [];
    await readStream(connector, 'orders', listing([order(1, imported)], asked), {
      ...SHOP,
      from: '2026-11-01',
      to: '2026-11-10',
    });
    const query = String(asked[0]?.variables['query']);
    expect(query).toContain(`updated_at:>='2026-10-31T23:00:00.000Z'`);
    expect(query).toMatch(/processed_at:<'2026-11-11T23:00:00\.000Z'/);
    expect(query).not.toContain('created_at');
  });

  test('late in the evening counts in the shop’s day', async () => {
    const points = await read(order(1, { processedAt: '2026-11-05T23:30:00Z' }));
    expect(total(points, 'orders.count', { day: '2026-11-06' })).toBe(1);
  });
});

const wall = async (from: string, scopes: string[]) => {
  const slice = sliceOf({ ...SHOP, from, to: '2026-11-20' });
  const client = {
    post: async () => ({ status: 200, headers: {}, body: { data: { orders: connection([]) } } }),
    params: {},
    scopes,
  };
  return (await streamOf('orders').page(client as never, slice, null, undefined)).quality;
};

describe('the sixty days', () => {
  test('that a shop shows without more permission are told of, not passed off as its history', async () => {
    expect(await wall('2026-08-01', ['read_orders'])).toEqual(['history-cut']);
    expect(await wall('2026-11-01', ['read_orders'])).toEqual([]);
    expect(await wall('2026-08-01', ['read_orders', 'read_all_orders'])).toEqual([]);
  });
});

describe('currencies', () => {
  test('are the shop’s: what customers saw is not mixed in', async () => {
    const points = await read(
      order(1, { agreements: sold([sale('10.0')]), transactions: [payment('SALE', '10.0')] }),
    );
    const money = points.filter(({ currency }) => currency !== null);
    expect(new Set(money.map(({ currency }) => currency))).toEqual(new Set(['EUR']));
    expect(total(points, 'payments.captured')).toBe(1_000);
  });

  test('may change once: older orders keep theirs, and the two are never added', async () => {
    const points = await read(
      order(1, { agreements: sold([sale('10.0')]) }),
      order(2, { agreements: sold([sale('7.0', { currency: 'USD' })]) }),
    );
    expect(total(points, 'sales.total', { currency: 'EUR' })).toBe(1_000);
    expect(total(points, 'sales.total', { currency: 'USD' })).toBe(700);
  });

  test.each([
    ['15.0', 'EUR', 1_500],
    ['0.1', 'EUR', 10],
    ['1500.0', 'JPY', 1_500],
    ['1.234', 'KWD', 1_234],
    ['90071992547409.91', 'EUR', Number.MAX_SAFE_INTEGER],
  ])('the text %s in %s is exact', async (amount, currency, units) => {
    const points = await read(order(1, { agreements: sold([sale(amount, { currency })]) }));
    expect(total(points, 'sales.total')).toBe(units);
  });

  test.each([[15], ['15,0'], ['NaN'], ['1e3'], [null]])(
    'an amount that is %j is refused',
    async (amount) => {
      const broken = sale('1.0');
      Object.assign(broken, { totalAmount: { shopMoney: { amount, currencyCode: 'EUR' } } });
      await expect(read(order(1, { agreements: sold([broken]) }))).rejects.toMatchObject({
        code: 'provider_page_broken',
      });
    },
  );
});

describe('gift cards and tips', () => {
  test('are no sale: one is owed, the other is somebody else’s', async () => {
    const points = await read(
      order(1, {
        agreements: sold([
          sale('50.0'),
          sale('100.0', { lineType: 'GIFT_CARD' }),
          sale('5.0', { lineType: 'TIP' }),
        ]),
      }),
    );
    expect(total(points, 'sales.total')).toBe(5_000);
    expect(total(points, 'sales.net')).toBe(5_000);
    expect(total(points, 'products.units')).toBe(1);
  });

  test('that are spent are a way to pay', async () => {
    const points = await read(
      order(1, { transactions: [payment('SALE', '10.0', { gateway: 'gift_card' })] }),
    );
    expect(total(points, 'payments.captured', { dimensions: { gateway: 'gift_card' } })).toBe(
      1_000,
    );
  });
});

describe('sales', () => {
  test('are gross before discounts and tax, net after them, total with all that is charged', async () => {
    const points = await read(
      order(1, {
        agreements: sold([
          sale('107.1', { tax: '17.1', discount: '10.0' }),
          sale('5.95', { lineType: 'SHIPPING', tax: '0.95', quantity: null }),
          sale('3.0', { lineType: 'DUTY', quantity: null }),
        ]),
      }),
    );
    expect(total(points, 'sales.gross')).toBe(10_000);
    expect(total(points, 'sales.discounts')).toBe(1_000);
    expect(total(points, 'sales.net')).toBe(9_000);
    expect(total(points, 'sales.total')).toBe(10_710 + 595 + 300);
  });
});

const customer = (first: number) => ({
  id: 'gid://shopify/Customer/77',
  orders: { nodes: [{ id: `gid://shopify/Order/${first}` }] },
});

describe('a customer', () => {
  test('is new with the first order and returning with each other; guests are neither', async () => {
    const points = await read(
      order(1, { customer: customer(1) }),
      order(2, { customer: customer(1) }),
      order(3),
    );
    expect(total(points, 'customers.new')).toBe(1);
    expect(total(points, 'customers.returning')).toBe(1);
  });

  test('that was merged into another is read again, and is then returning', async () => {
    const event = connector.webhooks?.events({
      headers: {
        'x-shopify-topic': 'customers/merge',
        'x-shopify-shop-domain': 'blue.myshopify.com',
      },
      rawBody: Buffer.from('{}'),
    } as never);
    expect(event).toMatchObject([{ kind: 'changed', streams: ['orders'] }]);
    const before = await read(order(2, { customer: customer(2) }));
    expect(total(before, 'customers.new')).toBe(1);
    const after = await read(order(2, { customer: customer(1) }));
    expect(total(after, 'customers.new')).toBe(0);
    expect(total(after, 'customers.returning')).toBe(1);
  });
});

describe('orders that are deleted', () => {
  test('are gone from their days when those are read again, as the webhook asks for', async () => {
    expect(await read()).toEqual([]);
    const events = connector.webhooks?.events({
      headers: {
        'x-shopify-topic': 'orders/delete',
        'x-shopify-shop-domain': 'blue.myshopify.com',
      },
      rawBody: Buffer.from('{"id":1}'),
    } as never);
    expect(events).toMatchObject([{ kind: 'changed', streams: ['orders', 'unfulfilled'] }]);
  });
});

describe('late edits and returns', () => {
  test('are met by reading the last week each time, and sixty days each day', () => {
    const { recentDays, lookBackDays, lookBackEveryHours } = streamOf('orders');
    expect(recentDays).toBeGreaterThanOrEqual(7);
    expect(lookBackDays).toBeGreaterThanOrEqual(60);
    expect(lookBackEveryHours).toBeLessThanOrEqual(24 * 7);
  });
});

const round = () => ({ data: { orders: connection([order(1)], true) } });

const lines = (count: number) => Array.from({ length: count }, () => sale('1.0'));

describe('pages', () => {
  test('go on by the id that follows, so that an order changed meanwhile is not met twice', async () => {
    const asked: Asked[] = [];
    const many = Array.from({ length: 25 }, (_, n) => order(n + 1));
    const points = await readStream(connector, 'orders', listing(many, asked), SHOP);
    expect(total(points, 'orders.count')).toBe(25);
    expect(
      asked.map(({ variables }) => /id:>=(\d+)/.exec(String(variables['query']))?.[1]),
    ).toEqual([undefined, '11', '21']);
    expect(asked[0]?.query).toContain('sortKey: ID');
  });

  test('that lead back are refused', async () => {
    await expect(readStream(connector, 'orders', round, SHOP)).rejects.toMatchObject({
      code: 'provider_page_broken',
    });
  });

  test('too short for an order’s agreements, sales or transactions ask for the rest of it', async () => {
    const at = '2026-11-05T12:00:00Z';
    const long = order(7, {
      agreements: connection([agreement(at, 'ORDER', lines(8), 'x')], 'y'),
      transactions: Array.from({ length: 20 }, () => payment('SALE', '1.0')),
    });
    // Three agreements: 250 sales and 10 more, 5, none.
    const rest: Record<string, object> = {
      'null null': connection([agreement(at, 'ORDER', lines(250), 's1')], 'a1'),
      'null s1': connection([agreement(at, 'ORDER', lines(10))], 'a1'),
      'a1 null': connection([agreement(at, 'ORDER_EDIT', lines(5))], 'a2'),
      'a2 null': connection([agreement(at, 'ORDER_EDIT', [])]),
    };
    const list = listing([long]);
    const points = await readStream(
      connector,
      'orders',
      (call) => {
        const { query, variables } = call.body as Asked;
        if (query.includes('query Transactions')) {
          expect(variables).toEqual({ id: 'gid://shopify/Order/7' });
          const transactions = Array.from({ length: 33 }, () => payment('SALE', '1.0'));
          return { data: { order: { transactions } } };
        }
        if (!query.includes('query Agreement(')) return list(call);
        const agreements = rest[`${variables['agreement']} ${variables['sale']}`];
        return { data: { order: { agreements } } };
      },
      SHOP,
    );
    expect(total(points, 'sales.net')).toBe(265_00);
    expect(total(points, 'payments.captured')).toBe(33_00);
  });
});

const dispute = (status: string) => ({
  status,
  amount: { amount: '12.5', currencyCode: 'EUR' },
});

describe('disputes', () => {
  test('are open while they need an answer or are looked at, and rest without their permission', async () => {
    const statuses = ['NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST', 'ACCEPTED', 'PREVENTED'];
    const points = await readStream(
      connector,
      'disputes',
      () => ({ data: { disputes: connection(statuses.map(dispute)) } }),
      SHOP,
    );
    expect(total(points, 'disputes.open')).toBe(2);
    expect(total(points, 'disputes.open_amount', { dimensions: { status: 'UNDER_REVIEW' } })).toBe(
      1_250,
    );
    expect(streamOf('disputes').scope).toBe('read_shopify_payments_disputes');
  });
});

describe('the shop', () => {
  test('says its zone and currency, and whether it is a development store', async () => {
    const shop = {
      name: 'Blue',
      myshopifyDomain: 'Blue.myshopify.com',
      ianaTimezone: 'Europe/Berlin',
      currencyCode: 'EUR',
      plan: { partnerDevelopment: true },
    };
    const client = { post: async () => ({ status: 200, headers: {}, body: { data: { shop } } }) };
    expect(await connector.accounts(client as never, {})).toEqual([
      {
        id: 'blue.myshopify.com',
        name: 'Blue',
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        test: true,
        details: {},
      },
    ]);
  });

  test('ends for all who read it when one of them leaves: uninstalling is the way to revoke', () => {
    const input = {
      params: { shop: 'blue.myshopify.com' },
      accessToken: { reveal: () => 'token' },
    };
    const [call, ...others] = connector.revoke(input as never);
    expect(others).toEqual([]);
    expect(call).toMatchObject({
      method: 'DELETE',
      url: 'https://blue.myshopify.com/admin/api_permissions/current.json',
    });
    expect(call?.url).not.toContain('token');
    expect([200, 401, 500].map((status) => call?.isDone(status, {}))).toEqual([true, true, false]);
  });
});
