import { connector } from '../../../src/connectors/shopify/connector.js';
import type { Point } from '../../../src/connectors/kit/points.js';
import { type Answers, readStream, type SliceOptions } from '../support/read-stream.js';

export const SHOP: SliceOptions = {
  account: { id: 'blue.myshopify.com', timeZone: 'Europe/Berlin', currency: 'EUR' },
};

/** An amount in the shop's currency, and another one as a customer elsewhere saw it. */
export function bag(amount: string, currencyCode = 'EUR'): object {
  return {
    shopMoney: { amount, currencyCode },
    presentmentMoney: { amount: '999999.0', currencyCode: 'JPY' },
  };
}

/** One line of an agreement; `total` is with tax and after discounts. */
export function sale(
  total: string,
  over: { tax?: string; discount?: string; currency?: string } & Record<string, unknown> = {},
): object {
  const { tax = '0.0', discount = '0.0', currency = 'EUR', ...rest } = over;
  return {
    actionType: 'ORDER',
    lineType: 'PRODUCT',
    quantity: 1,
    totalAmount: bag(total, currency),
    totalTaxAmount: bag(tax, currency),
    totalDiscountAmountBeforeTaxes: bag(discount, currency),
    lineItem: { title: 'Kettle', variantTitle: 'Red' },
    ...rest,
  };
}

export function agreement(
  happenedAt: string,
  reason: string,
  sales: object[],
  more: boolean | string = false,
): object {
  return { happenedAt, reason, sales: connection(sales, more) };
}

export function connection(nodes: readonly object[], more: boolean | string = false): object {
  const pageInfo = { hasNextPage: more !== false, endCursor: more === false ? null : String(more) };
  return { pageInfo, nodes };
}

export function payment(kind: string, amount: string, over: object = {}): object {
  return {
    kind,
    status: 'SUCCESS',
    test: false,
    processedAt: '2026-11-05T12:00:00Z',
    createdAt: '2026-11-05T12:00:00Z',
    gateway: 'shopify_payments',
    amountSet: bag(amount),
    ...over,
  };
}

/** An order of the fifth of November that was paid at once. */
export function order(number: number, over: Record<string, unknown> = {}): object {
  const at = '2026-11-05T12:00:00Z';
  return {
    id: `gid://shopify/Order/${number}`,
    test: false,
    createdAt: at,
    processedAt: at,
    cancelledAt: null,
    cancelReason: null,
    sourceName: 'web',
    app: { name: 'Online Store' },
    customer: null,
    transactions: [],
    agreements: connection([]),
    ...over,
  };
}

/** What is asked: the name of the query, and its variables. */
export interface Asked {
  query: string;
  variables: Record<string, string | null>;
}

/** Pages of orders, ten at a time, from the id that the search begins at. */
export function listing(orders: readonly object[], asked: Asked[] = []): Answers {
  return ({ body }) => {
    const call = body as Asked;
    asked.push(call);
    const from = Number(/id:>=(\d+)/.exec(String(call.variables['query']))?.[1] ?? 0);
    const left = orders.filter((it) => numberOf(it) >= from);
    return { data: { orders: connection(left.slice(0, 10), left.length > 10) } };
  };
}

export function numberOf(item: object): number {
  return Number((item as { id: string }).id.split('/').at(-1));
}

export function read(...orders: object[]): Promise<Point[]> {
  return readStream(connector, 'orders', listing(orders), SHOP);
}
