import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { connectStripe, stripeAll, told } from './support/connect.js';

const NOW = Date.parse('2026-11-25T14:00:00Z');

interface Row {
  metric: string;
  currency?: string;
  dimensions: Record<string, string>;
  day: string;
  value: string;
}

let sandbox: Sandbox;
let token: string;
let rows: Row[];

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'truth', now: () => NOW });
  token = (await connectStripe(sandbox)).access_token;
  const truth = await told(sandbox, 'GET', '/truth/stripe/main');
  rows = truth.body['metrics'] as Row[];
});
afterAll(() => sandbox.close());

const DIGITS: Record<string, number> = { JPY: 0, KWD: 3, ISK: 0 };
const SENT: Record<string, number> = { jpy: 0, kwd: 3 };

/** Sums of a metric by currency, from truth. */
function truthSums(metric: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows.filter((one) => one.metric === metric)) {
    const key = row.currency ?? '';
    const digits = row.currency === undefined ? 0 : (DIGITS[row.currency] ?? 2);
    sums[key] = (sums[key] ?? 0) + Math.round(Number(row.value) * 10 ** digits);
  }
  return sums;
}

function add(sums: Record<string, number>, currency: string, amount: number): void {
  const sent = SENT[currency] ?? 2;
  const own = DIGITS[currency.toUpperCase()] ?? 2;
  const key = currency.toUpperCase();
  sums[key] = (sums[key] ?? 0) + amount / 10 ** (sent - own);
}

describe("the truth of Stripe's business", () => {
  it('is what the ledger of the API adds up to', async () => {
    const ledger = await stripeAll(sandbox, token, '/v1/balance_transactions');
    const gross: Record<string, number> = {};
    const net: Record<string, number> = {};
    for (const one of ledger) {
      const currency = one['currency'] as string;
      if (['charge', 'payment'].includes(one['type'] as string)) {
        add(gross, currency, one['amount'] as number);
      }
      if (!/^(payout|reserve)/.test(one['type'] as string)) {
        add(net, currency, one['net'] as number);
      }
    }
    expect(Object.keys(gross).sort()).toEqual(['EUR', 'ISK', 'JPY', 'KWD', 'USD']);
    expect(truthSums('payments.gross_volume')).toEqual(gross);
    expect(truthSums('payments.net_volume')).toEqual(net);
  });

  it('counts charges, refunds and disputes as the lists have them', async () => {
    const charges = await stripeAll(sandbox, token, '/v1/charges');
    const refunds = await stripeAll(sandbox, token, '/v1/refunds');
    const disputes = await stripeAll(sandbox, token, '/v1/disputes');
    expect(truthSums('payments.attempts')['']).toBe(
      charges.filter((one) => one['status'] !== 'pending').length,
    );
    expect(truthSums('payments.count')['']).toBe(
      charges.filter((one) => one['status'] === 'succeeded' && one['captured'] === true).length,
    );
    const given: Record<string, number> = {};
    for (const one of refunds.filter((refund) => refund['status'] === 'succeeded')) {
      add(given, one['currency'] as string, one['amount'] as number);
    }
    expect(truthSums('refunds.amount')).toEqual(given);
    expect(refunds.map((one) => one['status'])).toContain('failed');
    const real = disputes.filter((one) => !/^(warning_|prevented)/.test(one['status'] as string));
    expect(truthSums('disputes.count')['']).toBe(real.length);
    expect(real.length).toBeLessThan(disputes.length);
  });

  it('has each object in a list once, newest first', async () => {
    const charges = await stripeAll(sandbox, token, '/v1/charges');
    const ids = charges.map((one) => one['id']);
    expect(new Set(ids).size).toBe(ids.length);
    const times = charges.map((one) => one['created'] as number);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(times.length).toBeGreaterThan(2_000);
  });
});
