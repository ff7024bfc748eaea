import { describe, expect, it } from '@jest/globals';
import { decimalText } from '../../../src/data-plane/metrics/query/decimal-text.js';
import { addDays } from '../../../src/kernel/calendar.js';
import { askJson, askText } from './support/made-data.js';

const GROSS = 'payments.gross_volume';

describe('amounts', () => {
  it('are written with the digits of their currency', () => {
    const amounts: [string, number, number][] = [
      ['JPY', 0, 1234],
      ['ISK', 0, 1234],
      ['UGX', 0, 1234],
      ['EUR', 2, 1234],
      ['KWD', 3, 1234],
      ['CLF', 4, 1234],
    ];
    const text = askText(
      {
        series: amounts.map(([currency, digits, value]) => ({
          metric: GROSS,
          currency,
          digits,
          points: { '2026-01-05': value },
        })),
      },
      { metric: GROSS, from: '2026-01-05', to: '2026-01-05' },
    );
    expect(
      [...text.matchAll(/"currency":"(\w+)".*?\["2026-01-05",([^\]]+)\]/g)].map(([, c, v]) => [
        c,
        v,
      ]),
    ).toEqual([
      ['CLF', '0.1234'],
      ['EUR', '12.34'],
      ['ISK', '1234'],
      ['JPY', '1234'],
      ['KWD', '1.234'],
      ['UGX', '1234'],
    ]);
  });

  it('below one, below zero and at zero keep their form', () => {
    expect([5, -5, 0, -0, -123456, 99, 100].map((value) => decimalText(value, 2))).toEqual([
      '0.05',
      '-0.05',
      '0.00',
      '0.00',
      '-1234.56',
      '0.99',
      '1.00',
    ]);
    expect(decimalText(2 ** 53 - 1, 2)).toBe('90071992547409.91');
    expect(decimalText(-(2n ** 70n), 3)).toBe('-1180591620717411303.424');
  });

  it('of a million cents add up to the cent', () => {
    const days = Array.from({ length: 1000 }, (_, at) => addDays('2023-01-01', at));
    const series = Array.from({ length: 1000 }, (_, at) => ({
      metric: GROSS,
      currency: 'EUR',
      dimensions: { payment_type: `t${at}` },
      points: Object.fromEntries(days.map((day) => [day, 1])),
    }));
    const answer = askJson(
      { series },
      { metric: GROSS, from: '2023-01-01', to: '2025-09-26', granularity: 'quarter' },
    );
    const sum = answer.series[0].points.reduce(
      (total: number, [, value]: [string, number]) => total + Math.round(value * 100),
      0,
    );
    expect(sum).toBe(1_000_000);
  });

  it('beyond what a float can hold are still exact', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const text = askText(
      {
        series: ['a', 'b', 'c'].map((payment_type) => ({
          metric: GROSS,
          currency: 'EUR',
          dimensions: { payment_type },
          points: { '2026-01-05': most, '2026-01-06': payment_type === 'c' ? 2 : most },
        })),
      },
      { metric: GROSS, from: '2026-01-01', to: '2026-01-31', granularity: 'month' },
    );
    // 5 x (2^53 - 1) + 2 cents, which ends in an odd digit no float near it has.
    expect(text).toContain('["2026-01-01",450359962737049.57]');
  });

  it('that cancel out beyond it leave what is left', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const text = askText(
      {
        series: [
          {
            metric: GROSS,
            currency: 'JPY',
            digits: 0,
            dimensions: { payment_type: 'a' },
            points: onTwoDays(most),
          },
          {
            metric: GROSS,
            currency: 'JPY',
            digits: 0,
            dimensions: { payment_type: 'b' },
            points: onTwoDays(-most),
          },
          {
            metric: GROSS,
            currency: 'JPY',
            digits: 0,
            dimensions: { payment_type: 'c' },
            points: { '2026-01-07': 3 },
          },
        ],
      },
      { metric: GROSS, from: '2026-01-01', to: '2026-01-31', granularity: 'month' },
    );
    expect(text).toContain('["2026-01-01",3]');
  });

  it('of states beyond it are exact as well', () => {
    const text = askText(
      {
        series: ['a', 'b', 'c'].map((product) => ({
          metric: 'mrr.total',
          currency: 'EUR',
          dimensions: { product },
          points: { '2026-01-31': Number.MAX_SAFE_INTEGER },
        })),
      },
      { metric: 'mrr.total', from: '2026-01-01', to: '2026-01-31', granularity: 'month' },
    );
    expect(text).toContain('["2026-01-01",270215977642229.73]');
  });

  it('kept with different digits meet at the finer ones', () => {
    const answer = askJson(
      {
        series: [
          {
            metric: GROSS,
            currency: 'ISK',
            digits: 2,
            dimensions: { payment_type: 'a' },
            points: { '2026-01-05': 150 },
          },
          {
            metric: GROSS,
            currency: 'ISK',
            digits: 0,
            dimensions: { payment_type: 'b' },
            points: { '2026-01-05': 7 },
          },
        ],
      },
      { metric: GROSS, from: '2026-01-05', to: '2026-01-05' },
    );
    expect(answer.series[0].points).toEqual([['2026-01-05', 8.5]]);
  });
});

function onTwoDays(value: number): Record<string, number> {
  return { '2026-01-05': value, '2026-01-06': value };
}
