import { describe, expect, it } from '@jest/globals';
import { ListMetrics } from '../../../src/data-plane/metrics/catalogue/list-metrics.js';
import { type Case, askCsv, askJson, catalogue, type MadeSeries } from './support/made-data.js';

const DAY = '2026-01-05';
const ON = { from: DAY, to: DAY };

/** Three cuts of ten visits; the numbers differ between cuts, as when a provider withholds some. */
const VISITS: MadeSeries[] = [
  visits({ channel: 'mail' }, 4),
  visits({ channel: 'ads' }, 6),
  visits({ country: 'DE', device: 'phone' }, 5),
  visits({ country: 'DE', device: 'desk' }, 2),
  visits({ country: 'AT', device: 'phone' }, 2),
  visits({ page: '/', country: 'DE' }, 8),
];

function made(metric: string, dimensions: Record<string, string>, value: number): MadeSeries {
  return { integration: 'int_v', metric, dimensions, points: { [DAY]: value } };
}

function visits(dimensions: Record<string, string>, value: number): MadeSeries {
  return made('site.visits', dimensions, value);
}

function caseOf(series: readonly MadeSeries[]): Case {
  return { series, integrations: [{ id: 'int_v', provider: 'visits', timeZone: 'UTC' }] };
}

type Asked = Parameters<typeof askJson>[1];

/** Dimensions and value of each series. */
function answered(series: readonly MadeSeries[], asked: Asked): [object, number | null][] {
  return askJson(caseOf(series), { ...ON, ...asked }).series.map(
    (it: { dimensions: object; points: [string, number | null][] }) => [
      it.dimensions,
      it.points[0]?.[1],
    ],
  );
}

function refusal(asked: Asked) {
  try {
    askJson(caseOf(VISITS), { ...ON, ...asked });
  } catch (error) {
    return error;
  }
  throw new Error('It was answered.');
}

describe('a metric given in several cuts', () => {
  const metric = 'site.visits';

  it('is its first cut where no dimension is asked for, and not the sum of all', () => {
    expect(answered(VISITS, { metric })).toEqual([[{}, 10]]);
    expect(answered(VISITS, { metric, groupBy: ['integration', 'provider'] })).toEqual([
      [{ integration: 'int_v' }, 10],
    ]);
  });

  it('is the first cut that has every dimension that is grouped by', () => {
    expect(answered(VISITS, { metric, groupBy: ['channel'] })).toEqual([
      [{ channel: 'ads' }, 6],
      [{ channel: 'mail' }, 4],
    ]);
    expect(answered(VISITS, { metric, groupBy: ['country'] })).toEqual([
      [{ country: 'AT' }, 2],
      [{ country: 'DE' }, 7],
    ]);
    expect(answered(VISITS, { metric, groupBy: ['country', 'page'] })).toEqual([
      [{ country: 'DE', page: '/' }, 8],
    ]);
  });

  it('is the first cut that has what is filtered on as well', () => {
    expect(answered(VISITS, { metric, filter: ['country:DE'] })).toEqual([[{}, 7]]);
    expect(answered(VISITS, { metric, groupBy: ['country'], filter: ['page:/'] })).toEqual([
      [{ country: 'DE' }, 8],
    ]);
    expect(answered(VISITS, { metric, filter: ['page:/nowhere'] })).toEqual([]);
  });

  it('ranks within its cut, and the rest is the rest of that cut', () => {
    expect(answered(VISITS, { metric, groupBy: ['country', 'device'], top: 1 })).toEqual([
      [{ country: 'DE', device: 'phone' }, 5],
      [{ country: '(other)', device: '(other)' }, 4],
    ]);
  });

  it('is compared within its cut', () => {
    const before = VISITS.map((one) => ({ ...one, points: { [DAY]: 1, '2026-01-04': 3 } }));
    const [series] = askJson(caseOf(before), {
      ...ON,
      metric,
      groupBy: ['device'],
      filter: ['device:phone'],
      compare: 'previous-period',
    }).series;
    expect([series.points, series.comparison.points]).toEqual([[[DAY, 2]], [['2026-01-04', 6]]]);
  });

  it('that is cut by currency is of that cut where its currency is asked for', () => {
    const orders = [
      made('site.orders', { channel: 'ads' }, 9),
      made('site.orders', { currency: 'EUR', plan: 'a' }, 4),
      made('site.orders', { currency: 'USD', plan: 'a' }, 3),
    ];
    const asked = { metric: 'site.orders' };
    expect(answered(orders, asked)).toEqual([[{}, 9]]);
    expect(answered(orders, { ...asked, filter: ['currency:EUR'] })).toEqual([[{}, 4]]);
    expect(answered(orders, { ...asked, groupBy: ['currency'] })).toEqual([
      [{ currency: 'EUR' }, 4],
      [{ currency: 'USD' }, 3],
    ]);
  });

  it('leaves out a series that is of no cut', () => {
    const odd = [
      visits({}, 100),
      visits({ country: 'DE' }, 100),
      visits({ country: 'DE', device: 'phone', page: '/' }, 100),
    ];
    expect(answered(odd, { metric })).toEqual([]);
    expect(answered(odd, { metric, groupBy: ['country'] })).toEqual([]);
    expect(answered([...odd, ...VISITS], { metric, groupBy: ['device'] })).toEqual([
      [{ device: 'desk' }, 2],
      [{ device: 'phone' }, 7],
    ]);
  });

  it('refuses dimensions that are in no cut together, and tells the cuts', () => {
    expect(refusal({ metric, groupBy: ['channel', 'country'] })).toMatchObject({
      code: 'breakdown_not_offered',
      message:
        'site.visits of visits is not told apart by channel and country together. Its provider gives it by: channel; country + device; page + country. Group and filter by dimensions of one of these.',
      fields: {
        field: 'groupBy',
        asked: ['channel', 'country'],
        offered: [['channel'], ['country', 'device'], ['page', 'country']],
      },
    });
    expect(refusal({ metric, groupBy: ['channel'], filter: ['device:phone'] })).toMatchObject({
      code: 'breakdown_not_offered',
      fields: { field: 'filter', asked: ['channel', 'device'] },
    });
    expect(refusal({ metric, filter: ['channel:ads', 'device:phone'] })).toMatchObject({
      fields: { field: 'filter' },
    });
    expect(refusal({ metric, groupBy: ['nothing'] })).toMatchObject({ code: 'dimension_unknown' });
  });

  it('that adds up over nothing is told apart by its cut alone', () => {
    const people = [
      made('site.people', {}, 9),
      made('site.people', { country: 'DE', device: 'phone' }, 5),
      made('site.people', { country: 'DE', device: 'desk' }, 6),
    ];
    const asked = { metric: 'site.people' };
    expect(answered(people, asked)).toEqual([[{}, 9]]);
    expect(answered(people, { ...asked, groupBy: ['country'] })).toEqual([
      [{ country: 'DE', device: 'desk' }, 6],
      [{ country: 'DE', device: 'phone' }, 5],
    ]);
  });

  it('is told with its cuts in the catalogue, and others without', () => {
    const found = new ListMetrics(catalogue)
      .execute()
      .items.filter(({ provider }) => provider === 'visits');
    const breakdowns = (key: string) => found.find((it) => it.key === key)?.breakdowns;
    expect(breakdowns('site.visits')).toEqual([
      ['channel'],
      ['country', 'device'],
      ['page', 'country'],
    ]);
    expect(breakdowns('site.engagement')).toEqual([
      ['page', 'country'],
      ['device', 'country'],
      ['channel'],
    ]);
    expect(breakdowns('site.mail_share')).toEqual([['channel']]);
    expect(breakdowns('site.mailed')).toBeUndefined();
  });
});

describe('several metrics in one question', () => {
  const series: MadeSeries[] = [
    ...VISITS,
    made('site.people', {}, 9),
    made('site.people', { country: 'DE', device: 'phone' }, 5),
    made('site.mailed', { channel: 'mail' }, 3),
    { ...made('site.revenue', { channel: 'ads' }, 1250), currency: 'EUR' },
    { ...made('site.revenue', { page: '/', country: 'DE' }, 999), currency: 'EUR' },
  ];

  it('are each of the cut that is first for them', () => {
    expect(
      answered(series, { metric: ['site.people', 'site.revenue', 'site.visits'], groupBy: [] }),
    ).toEqual([
      [{}, 9],
      [{}, 12.5],
      [{}, 10],
    ]);
    expect(
      answered(series, { metric: ['site.revenue', 'site.visits'], groupBy: ['country'] }),
    ).toEqual([
      [{ country: 'DE' }, 9.99],
      [{ country: 'AT' }, 2],
      [{ country: 'DE' }, 7],
    ]);
  });

  it('have a CSV column for each dimension that any of them is shown by', () => {
    const csv = askCsv(caseOf(series), {
      ...ON,
      metric: ['site.people', 'site.visits'],
      groupBy: ['country'],
    });
    expect(csv.split('\r\n')).toEqual([
      'metric,provider,currency,country,device,date,value',
      'site.people,visits,,DE,phone,2026-01-05,5',
      'site.visits,visits,,AT,,2026-01-05,2',
      'site.visits,visits,,DE,,2026-01-05,7',
      '',
    ]);
    const whole = askCsv(caseOf(series), { ...ON, metric: 'site.visits' });
    expect(whole.split('\r\n')).toEqual([
      'metric,provider,currency,date,value',
      'site.visits,visits,,2026-01-05,10',
      '',
    ]);
  });
});

describe('a ratio of metrics in cuts', () => {
  const engaged = (dimensions: Record<string, string>, value: number) =>
    made('site.engaged', dimensions, value);
  const series: MadeSeries[] = [
    ...VISITS,
    engaged({ channel: 'mail' }, 3),
    engaged({ channel: 'ads' }, 3),
    engaged({ country: 'DE', device: 'phone' }, 1),
    engaged({ country: 'DE', device: 'desk' }, 1),
    engaged({ page: '/', country: 'DE' }, 2),
    made('site.mailed', { channel: 'mail' }, 1),
    { ...made('site.revenue', { channel: 'ads' }, 1250), currency: 'EUR' },
    { ...made('site.revenue', { page: '/', country: 'DE' }, 800), currency: 'EUR' },
  ];

  it('takes both parts from one cut, the first of its own order', () => {
    const metric = 'site.engagement';
    // By page and country: 2 of 8. By channel it would be 6 of 10.
    expect(answered(series, { metric })).toEqual([[{}, 0.25]]);
    expect(answered(series, { metric, groupBy: ['channel'] })).toEqual([
      [{ channel: 'ads' }, 0.5],
      [{ channel: 'mail' }, 0.75],
    ]);
    expect(answered(series, { metric, groupBy: ['device'] })).toEqual([
      [{ device: 'desk' }, 0.5],
      [{ device: 'phone' }, 0.142857],
    ]);
    expect(answered(series, { metric, filter: ['country:AT'], groupBy: ['device'] })).toEqual([
      [{ device: 'phone' }, 0],
    ]);
  });

  it('counts a part without cuts as one cut with all its dimensions', () => {
    // Mail of no channel is mail as well.
    const unknown = made('site.mailed', {}, 2);
    expect(answered([...series, unknown], { metric: 'site.mail_share' })).toEqual([[{}, 0.3]]);
    expect(refusal({ metric: 'site.paid_share' })).toMatchObject({
      code: 'breakdown_not_offered',
      fields: { offered: [] },
    });
  });

  it('has the cuts that its parts share and no other', () => {
    const metric = 'site.revenue_per_visit';
    expect(answered(series, { metric, groupBy: ['page'] })).toEqual([[{ page: '/' }, 1]]);
    expect(answered(series, { metric })).toEqual([[{}, 1.25]]);
    expect(refusal({ metric: 'site.engagement', groupBy: ['channel', 'device'] })).toMatchObject({
      code: 'breakdown_not_offered',
      fields: { offered: [['page', 'country'], ['device', 'country'], ['channel']] },
    });
    expect(refusal({ metric: 'site.visits_per_revenue', groupBy: ['device'] })).toMatchObject({
      fields: { offered: [['channel'], ['page', 'country']] },
    });
  });
});
