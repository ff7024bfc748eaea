import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { connectStripe, stripeAll, stripeGet, told } from './support/connect.js';
import { BLUE } from './support/connect-shopify.js';

const NOW = Date.parse('2026-11-25T14:00:00Z');
const DAY = 86_400;

let sandbox: Sandbox;
let token: string;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'changes', now: () => NOW });
  token = (await connectStripe(sandbox, 'second')).access_token;
});
afterAll(() => sandbox.close());

interface Row {
  day: string;
  currency?: string;
  dimensions: Record<string, string>;
  value: string;
}

async function truth(path: string, metric: string): Promise<Row[]> {
  return (await told(sandbox, 'GET', `${path}?metric=${metric}`)).body['metrics'] as Row[];
}

function sum(rows: Row[], day: string, currency: string): number {
  return rows
    .filter((row) => row.day === day && row.currency === currency)
    .reduce((total, row) => total + Math.round(Number(row.value) * 100), 0);
}

async function act(action: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { status, body } = await told(sandbox, 'POST', '/business/stripe/second', action);
  expect(status).toBe(200);
  return body;
}

describe("Stripe's business, changed after the fact", () => {
  it('has a late charge on its own day, in the list and in the truth', async () => {
    const before = await truth('/truth/stripe/second', 'payments.gross_volume');
    const created = NOW / 1_000 - 12 * DAY;
    const { id } = await act({ action: 'add_charge', amount: 9_999, created });
    const after = await truth('/truth/stripe/second', 'payments.gross_volume');
    // It is the next day in Auckland by then.
    const day = '2026-11-14';
    expect(sum(after, day, 'NZD') - sum(before, day, 'NZD')).toBe(9_999);
    const listed = await stripeAll(
      sandbox,
      token,
      `/v1/charges?created[gte]=${created}&created[lte]=${created}`,
    );
    expect(listed.map((one) => one['id'])).toContain(id);
  });

  it('counts a pending refund when it succeeds, not when it fails', async () => {
    const { id } = await act({ action: 'add_charge', amount: 5_000 });
    const day = '2026-11-26';
    const start = sum(await truth('/truth/stripe/second', 'refunds.amount'), day, 'NZD');
    await act({ action: 'refund_charge', id, amount: 1_200, status: 'pending' });
    const [pending] = await stripeAll(sandbox, token, `/v1/refunds?charge=${String(id)}`);
    expect(pending?.['status']).toBe('pending');
    expect(sum(await truth('/truth/stripe/second', 'refunds.amount'), day, 'NZD')).toBe(start);
    await act({ action: 'resolve_refund', id: pending?.['id'], status: 'failed' });
    expect(sum(await truth('/truth/stripe/second', 'refunds.amount'), day, 'NZD')).toBe(start);
    const charge = await stripeGet(sandbox, token, `/v1/charges/${String(id)}`);
    expect(charge.body['amount_refunded']).toBe(0);
    await act({ action: 'refund_charge', id, amount: 700 });
    expect(sum(await truth('/truth/stripe/second', 'refunds.amount'), day, 'NZD')).toBe(
      start + 700,
    );
    const events = await stripeAll(sandbox, token, '/v1/events?types[]=refund.failed');
    expect(events.length).toBeGreaterThan(0);
  });

  it('knows a dispute by its state of now', async () => {
    const { id } = await act({ action: 'add_charge', amount: 800 });
    await act({ action: 'dispute_charge', id, reason: 'duplicate' });
    const [dispute] = await stripeAll(sandbox, token, `/v1/disputes?charge=${String(id)}`);
    expect(dispute?.['status']).toBe('needs_response');
    await act({ action: 'close_dispute', id: dispute?.['id'], status: 'won' });
    const rows = await truth('/truth/stripe/second', 'disputes.amount');
    const won = { reason: 'duplicate', status: 'won' };
    expect(
      rows.find((row) => row.day === '2026-11-26' && row.value === '8.00')?.dimensions,
    ).toEqual(won);
  });

  it('refuses what cannot be', async () => {
    const { id } = await act({ action: 'add_charge', amount: 800 });
    const path = '/business/stripe/second';
    const over = await told(sandbox, 'POST', path, { action: 'refund_charge', id, amount: 801 });
    expect(over.status).toBe(400);
    expect((await told(sandbox, 'POST', path, { action: 'dance' })).status).toBe(400);
  });
});

function change(action: Record<string, unknown>): ReturnType<typeof told> {
  return told(sandbox, 'POST', `/business/shopify/${BLUE}`, action);
}

describe("Shopify's business, changed after the fact", () => {
  it('has late orders, returns, cancellations and deletions in its truth', async () => {
    const path = `/truth/shopify/${BLUE}`;
    const counted = async (metric: string): Promise<number> =>
      (await truth(path, metric)).reduce((total, row) => total + Number(row.value), 0);
    const start = await counted('orders.count');
    const { body } = await change({ action: 'add_order', created: '2026-11-03T09:00:00Z' });
    expect(await counted('orders.count')).toBe(start + 1);
    const { order } = body;
    const returns = await counted('sales.returns');
    await change({ action: 'refund_order', order, quantity: 1 });
    expect(await counted('sales.returns')).toBeGreaterThan(returns);
    const cancelled = await counted('orders.cancelled');
    await change({ action: 'cancel_order', order });
    expect(await counted('orders.cancelled')).toBe(cancelled + 1);
    await change({ action: 'delete_order', order });
    expect(await counted('orders.count')).toBe(start);
    expect(await counted('orders.cancelled')).toBe(cancelled);
    expect((await change({ action: 'fulfil_order', order })).status).toBe(404);
  });
});
