import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { told } from './support/connect.js';
import { ask, BLUE, connectShopify } from './support/connect-shopify.js';

const NOW = Date.parse('2026-11-25T14:00:00Z');
const MONEY = '{ shopMoney { amount currencyCode } }';
const ORDERS = `query Orders($after: String) {
  orders(first: 12, after: $after, sortKey: ID, query: "test:false") {
    pageInfo { hasNextPage endCursor }
    nodes {
      id test cancelledAt
      transactions(first: 10) { kind status amountSet ${MONEY} }
      agreements(first: 3) {
        pageInfo { hasNextPage }
        nodes { reason sales(first: 8) {
          pageInfo { hasNextPage }
          nodes { actionType lineType quantity totalAmount ${MONEY} totalTaxAmount ${MONEY} }
        } }
      }
    }
  }
}`;

interface Sale {
  actionType: string;
  lineType: string;
  quantity: number | null;
  totalAmount: { shopMoney: { amount: string } };
  totalTaxAmount: { shopMoney: { amount: string } };
}

interface Order {
  id: string;
  test: boolean;
  cancelledAt: string | null;
  transactions: {
    kind: string;
    status: string;
    amountSet: { shopMoney: { amount: string } };
  }[];
  agreements: { nodes: { reason: string; sales: { nodes: Sale[] } }[] };
}

let sandbox: Sandbox;
let orders: Order[];
let rows: { metric: string; value: string }[];

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'truth', now: () => NOW });
  const { access_token: token = '' } = await connectShopify(sandbox);
  orders = [];
  let after: string | null = null;
  do {
    const { body } = await ask(sandbox, token, ORDERS, { after });
    const page = (body['data'] as { orders: { nodes: Order[]; pageInfo: Page } }).orders;
    orders.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  const truth = await told(sandbox, 'GET', `/truth/shopify/${BLUE}`);
  rows = truth.body['metrics'] as typeof rows;
});
afterAll(() => sandbox.close());

interface Page {
  hasNextPage: boolean;
  endCursor: string;
}

function truthSum(metric: string): number {
  return rows
    .filter((row) => row.metric === metric)
    .reduce((sum, row) => sum + Math.round(Number(row.value) * 100), 0);
}

function cents(bag: { shopMoney: { amount: string } }): number {
  return Math.round(Number(bag.shopMoney.amount) * 100);
}

function sales(): Sale[] {
  return orders.flatMap((order) => order.agreements.nodes).flatMap((one) => one.sales.nodes);
}

describe("the truth of Shopify's business", () => {
  it('counts the orders that are there, test orders left out', () => {
    expect(orders.length).toBeGreaterThan(1_500);
    expect(new Set(orders.map((order) => order.id)).size).toBe(orders.length);
    expect(truthSum('orders.created') / 100).toBe(orders.length);
    expect(truthSum('orders.count') / 100).toBe(
      orders.filter((order) => order.cancelledAt === null).length,
    );
  });

  it('adds up sales as the agreements do', () => {
    const products = sales().filter((sale) => sale.lineType === 'PRODUCT');
    const net = products.reduce(
      (sum, sale) => sum + cents(sale.totalAmount) - cents(sale.totalTaxAmount),
      0,
    );
    expect(truthSum('sales.net')).toBe(net);
    const total = sales()
      .filter((sale) => !['GIFT_CARD', 'TIP'].includes(sale.lineType))
      .reduce((sum, sale) => sum + cents(sale.totalAmount), 0);
    expect(truthSum('sales.total')).toBe(total);
    expect(new Set(sales().map((sale) => sale.lineType))).toEqual(
      new Set(['PRODUCT', 'GIFT_CARD', 'SHIPPING', 'TIP', 'DUTY']),
    );
    expect(truthSum('sales.gross') - truthSum('sales.discounts') - truthSum('sales.returns')).toBe(
      net,
    );
  });

  it('adds up money as the transactions do', () => {
    const own = orders.flatMap((order) => order.transactions);
    const sum = (kinds: string[], status: string): number =>
      own
        .filter((one) => kinds.includes(one.kind) && one.status === status)
        .reduce((total, one) => total + cents(one.amountSet), 0);
    expect(truthSum('payments.captured')).toBe(sum(['SALE', 'CAPTURE'], 'SUCCESS'));
    expect(truthSum('payments.pending')).toBe(sum(['SALE', 'CAPTURE'], 'PENDING'));
    expect(truthSum('refunds.amount')).toBe(sum(['REFUND'], 'SUCCESS'));
    expect(truthSum('payments.pending')).toBeGreaterThan(0);
  });
});
