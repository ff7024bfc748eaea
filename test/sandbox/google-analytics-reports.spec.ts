import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Answer,
  GoogleVisit,
  JULY,
  named,
  NOW,
  type Row,
  rowsOf,
  SHOP,
  WEB,
} from './google-visit.js';

let owner: GoogleVisit;

beforeAll(async () => {
  owner = await GoogleVisit.ofOwner();
});
afterAll(() => owner.sandbox.close());

function tell(change: object): Promise<unknown> {
  return owner.admin(`business/google-analytics/${WEB}`, change);
}

const values = (row: Row | undefined) => [
  ...(row?.dimensionValues ?? []).map(({ value }) => value),
  ...(row?.metricValues ?? []).map(({ value }) => value),
];

/** Asks for metrics of one month, by whichever dimensions. */
function inJuly(...metrics: string[]): (...dimensions: string[]) => Promise<Answer> {
  return (...dimensions) =>
    owner.report(WEB, {
      dateRanges: JULY,
      dimensions: named(...dimensions),
      metrics: named(...metrics),
    });
}

function landingsOn(day: string): Promise<Answer> {
  return owner.report(WEB, {
    dateRanges: [{ startDate: day, endDate: day }],
    dimensions: named('landingPage'),
    metrics: named('sessions'),
  });
}

describe('a report of Google Analytics', () => {
  test('writes all values as text, days without hyphens and types above', async () => {
    const { body } = await owner.report(WEB, {
      dateRanges: [{ startDate: '2026-07-01', endDate: '2026-07-01' }],
      dimensions: named('date'),
      metrics: named('sessions', 'keyEvents', 'userEngagementDuration', 'totalRevenue'),
    });
    expect(body).toMatchObject({
      dimensionHeaders: [{ name: 'date' }],
      metricHeaders: [
        { name: 'sessions', type: 'TYPE_INTEGER' },
        { name: 'keyEvents', type: 'TYPE_FLOAT' },
        { name: 'userEngagementDuration', type: 'TYPE_SECONDS' },
        { name: 'totalRevenue', type: 'TYPE_CURRENCY' },
      ],
      rows: [
        {
          dimensionValues: [{ value: '20260701' }],
          metricValues: Array.from({ length: 4 }, () => ({
            value: expect.stringMatching(/^\d+(\.\d+)?$/),
          })),
        },
      ],
      rowCount: 1,
      metadata: { currencyCode: 'EUR', timeZone: 'Europe/Berlin' },
      kind: 'analyticsData#runReport',
    });
  });

  test('has neither rows nor their count where there is nothing', async () => {
    const { body } = await owner.report(WEB, {
      dateRanges: [{ startDate: '2020-01-01', endDate: '2020-01-31' }],
      dimensions: named('date'),
      metrics: named('sessions'),
    });
    expect([Object.hasOwn(body, 'rows'), Object.hasOwn(body, 'rowCount')]).toEqual([false, false]);
    await tell({ kind: 'flags', emptyReason: 'NO_DATA' });
    const again = await owner.report(WEB, {
      dateRanges: [{ startDate: '2020-01-01', endDate: '2020-01-31' }],
      metrics: named('sessions'),
    });
    expect(again.body['metadata']).toMatchObject({ emptyReason: 'NO_DATA' });
    await tell({ kind: 'flags', emptyReason: null });
  });

  test('is paged by offset to the last row', async () => {
    const report = {
      dateRanges: JULY,
      dimensions: named('date', 'country', 'deviceCategory'),
      metrics: named('sessions'),
    };
    const whole = await owner.report(WEB, report);
    const found: Row[] = [];
    while (found.length < Number(whole.body['rowCount'])) {
      const page = await owner.report(WEB, {
        ...report,
        limit: '50',
        offset: String(found.length),
      });
      expect(page.body['rowCount']).toBe(whole.body['rowCount']);
      expect(rowsOf(page).length).toBeGreaterThan(0);
      found.push(...rowsOf(page));
    }
    expect(found).toEqual(rowsOf(whole));
    expect(
      new Set(found.map((row) => row.dimensionValues.map(({ value }) => value).join())).size,
    ).toBe(found.length);
  });

  test('drops rows of nothing but zeros, unless they are asked for', async () => {
    const report = {
      dateRanges: JULY,
      dimensions: named('date', 'country', 'deviceCategory'),
      metrics: named('ecommercePurchases'),
    };
    const few = Number((await owner.report(WEB, report)).body['rowCount']);
    const all = Number(
      (await owner.report(WEB, { ...report, keepEmptyRows: true })).body['rowCount'],
    );
    expect(all).toBeGreaterThan(few);
  });

  test('doubles what lies in two stretches of days, and tells them apart', async () => {
    const answer = await owner.report(WEB, {
      dateRanges: [...JULY, { startDate: '2026-07-15', endDate: '2026-07-31', name: 'half' }],
      metrics: named('sessions'),
    });
    expect(answer.body['dimensionHeaders']).toEqual([{ name: 'dateRange' }]);
    expect(
      rowsOf(answer)
        .map((row) => row.dimensionValues[0]?.value)
        .sort(),
    ).toEqual(['date_range_0', 'half']);
  });

  test('counts people once over a stretch of days: days do not add up to a month', async () => {
    const ask = inJuly('activeUsers', 'newUsers');
    const [month] = rowsOf(await ask());
    const days = rowsOf(await ask('date'));
    const sum = (at: number) =>
      days.reduce((all, row) => all + Number(row.metricValues[at]?.value), 0);
    expect(Number(month?.metricValues[0]?.value)).toBeLessThan(sum(0));
    expect(Number(month?.metricValues[1]?.value)).toBe(sum(1));
  });

  test('counts a visit once for each kind of event where events are told apart', async () => {
    const ask = inJuly('sessions', 'eventCount', 'keyEvents');
    const [total] = rowsOf(await ask());
    const rows = rowsOf(await ask('eventName'));
    const sum = (at: number) =>
      rows.reduce((all, row) => all + Number(row.metricValues[at]?.value), 0);
    expect(sum(0)).toBeGreaterThan(Number(total?.metricValues[0]?.value));
    expect([sum(1), sum(2)]).toEqual([
      Number(total?.metricValues[1]?.value),
      Number(total?.metricValues[2]?.value),
    ]);
  });

  test('filters, orders and totals', async () => {
    const answer = await owner.report(WEB, {
      dateRanges: JULY,
      dimensions: named('date'),
      metrics: named('sessions', 'activeUsers'),
      metricAggregations: ['TOTAL', 'MAXIMUM'],
      orderBys: [{ dimension: { dimensionName: 'date' } }],
      dimensionFilter: {
        andGroup: {
          expressions: [
            { filter: { fieldName: 'sessionMedium', inListFilter: { values: ['cpc', 'email'] } } },
            {
              notExpression: {
                filter: { fieldName: 'country', stringFilter: { value: 'germany' } },
              },
            },
          ],
        },
      },
    });
    const days = rowsOf(answer).map((row) => row.dimensionValues[0]?.value ?? '');
    expect(days).toEqual(days.toSorted());
    const [total] = answer.body['totals'] as Row[];
    const sum = rowsOf(answer).reduce((all, row) => all + Number(row.metricValues[0]?.value), 0);
    expect(values(total).slice(0, 2)).toEqual(['RESERVED_TOTAL', String(sum)]);
    expect(answer.body['maximums']).toHaveLength(1);
  });

  test('has landing pages with addresses in their query, and lumps together what it has no room for', async () => {
    const busy = await landingsOn('2026-07-05');
    const pages = rowsOf(busy).map((row) => row.dimensionValues[0]?.value ?? '');
    expect(busy.body['metadata']).toMatchObject({ dataLossFromOtherRow: true });
    expect(pages).toContain('(other)');
    expect(pages).toContain('(not set)');
    expect(pages.some((page) => /\?email=.*@zzyxquill\.example/.test(page))).toBe(true);
    expect((await landingsOn('2026-07-06')).body['metadata']).not.toHaveProperty(
      'dataLossFromOtherRow',
    );
  });

  test('tells of thresholds, samples and hidden revenue', async () => {
    const report = {
      dateRanges: JULY,
      dimensions: named('date'),
      metrics: named('totalRevenue', 'sessions'),
    };
    await tell({ kind: 'flags', thresholding: true, sampling: true });
    const answer = await owner.report(WEB, report);
    expect(answer.body['metadata']).toMatchObject({
      subjectToThresholding: true,
      samplingMetadatas: [
        {
          samplesReadCount: expect.stringMatching(/^\d+$/),
          samplingSpaceSize: expect.stringMatching(/^\d+$/),
        },
      ],
    });
    await tell({ kind: 'flags', thresholding: false, sampling: false });
    const analyst = new GoogleVisit(owner.sandbox);
    await analyst.connect('analyst');
    const hidden = await analyst.report(WEB, report);
    expect(hidden.body['metadata']).toMatchObject({
      schemaRestrictionResponse: {
        activeMetricRestrictions: [
          { metricName: 'totalRevenue', restrictedMetricTypes: ['REVENUE_DATA'] },
        ],
      },
    });
    expect(new Set(rowsOf(hidden).map((row) => row.metricValues[0]?.value))).toEqual(
      new Set(['0']),
    );
    const genders = await owner.report(WEB, { ...report, dimensions: named('userGender') });
    expect(genders.body['metadata']).toMatchObject({ subjectToThresholding: true });
  });

  test('of today and yesterday grows for two days, of days before that never', async () => {
    const ask = async (day: string) => {
      const answer = await owner.report(WEB, {
        dateRanges: [{ startDate: day, endDate: day }],
        metrics: named('sessions'),
      });
      return Number(rowsOf(answer)[0]?.metricValues[0]?.value ?? 0);
    };
    const days = ['2026-11-25', '2026-11-24', '2026-11-21'];
    const before = await Promise.all(days.map(ask));
    await owner.admin('clock', { now: '2026-11-27T12:00:00Z' });
    // The token of two days ago is no good any more.
    await owner.connect('owner');
    const after = await Promise.all(days.map(ask));
    await owner.admin('clock', { now: new Date(NOW).toISOString() });
    expect(after.map((count, at) => count > (before[at] ?? 0))).toEqual([true, true, false]);
    expect(await ask('2026-11-25')).toBe(before[0]);
  });

  test('takes today for the day in the zone of the property', async () => {
    await owner.admin('clock', { now: '2026-11-25T05:00:00Z' });
    const today = async (property: number) => {
      const answer = await owner.report(property, {
        dateRanges: [{ startDate: '3daysAgo', endDate: 'today' }],
        dimensions: named('date'),
        metrics: named('sessions'),
      });
      return rowsOf(answer)
        .map((row) => row.dimensionValues[0]?.value)
        .sort()[0];
    };
    expect([await today(WEB), await today(SHOP)]).toEqual(['20261122', '20261121']);
    await owner.admin('clock', { now: new Date(NOW).toISOString() });
  });
});
