import { describe, expect, it } from '@jest/globals';
import { answerForm } from '../../../src/data-plane/metrics/query/answer-form.js';
import { askCsv } from './support/made-data.js';

const GROSS = 'payments.gross_volume';

describe('CSV', () => {
  it('quotes what needs it and makes harmless what a spreadsheet would run', () => {
    const values = [
      '=HYPERLINK("x")',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      'a,b',
      'say "hi"',
      'two\r\nlines',
      'plain',
    ];
    const csv = askCsv(
      {
        series: values.map((payment_type) => ({
          metric: GROSS,
          currency: 'EUR',
          dimensions: { payment_type },
          points: { '2026-01-05': -150 },
        })),
      },
      { metric: GROSS, groupBy: ['payment_type'], from: '2026-01-05', to: '2026-01-05' },
    );
    const cells = csv
      .split(/\r\n(?=payments|$)/)
      .slice(1, -1)
      .map((line) => line.replace('payments.gross_volume,stripe,EUR,', ''));
    expect(cells.toSorted()).toEqual(
      [
        `"'=HYPERLINK(""x"")",2026-01-05,-1.50`,
        `'+1,2026-01-05,-1.50`,
        `'-1,2026-01-05,-1.50`,
        `'@SUM(A1),2026-01-05,-1.50`,
        `'\t=1,2026-01-05,-1.50`,
        `"a,b",2026-01-05,-1.50`,
        `"say ""hi""",2026-01-05,-1.50`,
        `"two\r\nlines",2026-01-05,-1.50`,
        `plain,2026-01-05,-1.50`,
      ].toSorted(),
    );
  });

  it('leaves unknown values empty and has a column for each dimension of any metric', () => {
    expect(
      askCsv(
        {
          series: [
            {
              metric: GROSS,
              currency: 'EUR',
              dimensions: { payment_type: 'card' },
              points: { '2026-01-05': 1 },
            },
            { metric: 'payments.count', points: { '2026-01-05': 3 } },
          ],
          known: [{ from: '2026-01-05', to: '2026-01-05' }],
        },
        {
          metric: [GROSS, 'payments.count'],
          groupBy: ['integration'],
          from: '2026-01-05',
          to: '2026-01-06',
        },
      ).split('\r\n'),
    ).toEqual([
      'metric,provider,currency,integration,date,value',
      'payments.gross_volume,stripe,EUR,int_one,2026-01-05,0.01',
      'payments.gross_volume,stripe,EUR,int_one,2026-01-06,',
      'payments.count,stripe,,int_one,2026-01-05,3',
      'payments.count,stripe,,int_one,2026-01-06,',
      '',
    ]);
  });
});

describe('an Accept header', () => {
  it('chooses between JSON and CSV', () => {
    expect(
      forms(undefined, '', '*/*', 'application/*', 'application/json', 'text/html, */*;q=0.1'),
    ).toEqual(Array.from({ length: 6 }, () => 'json'));
    expect(
      forms(
        'text/csv',
        'TEXT/CSV; charset=utf-8',
        'text/*',
        'application/json;q=0.5, text/csv',
        'application/json;q=0, */*',
      ),
    ).toEqual(Array.from({ length: 5 }, () => 'csv'));
  });

  it('of nothing we have is refused', () => {
    for (const header of ['image/png', 'text/csv;q=0', 'text/csv;q=much', 'json']) {
      expect(() => answerForm(header)).toThrow(expect.objectContaining({ code: 'not_acceptable' }));
    }
  });
});

function forms(...headers: (string | undefined)[]): string[] {
  return headers.map(answerForm);
}
