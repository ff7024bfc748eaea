import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { type Answer, GoogleVisit, named, type Row, rowsOf } from './google-visit.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const WEB = 310_000_001;
const SHOP = 310_000_002;
const JULY = [{ startDate: '2026-07-01', endDate: '2026-07-31' }];

let sandbox: Sandbox;
let owner: GoogleVisit;

beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
  owner = new GoogleVisit(sandbox);
  await owner.connect('owner');
});
beforeEach(() => tell({ kind: 'quota' }));
afterAll(() => sandbox.close());

function tell(change: object): Promise<unknown> {
  return owner.admin(`business/google-analytics/${WEB}`, change);
}

const message = ({ body }: Answer) => (body['error'] as { message: string } | undefined)?.message;
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

async function quotaLeft(): Promise<Record<string, { consumed?: number; remaining?: number }>> {
  const { body } = await owner.report(WEB, {
    dateRanges: JULY,
    metrics: named('sessions'),
    returnPropertyQuota: true,
  });
  return body['propertyQuota'] as Awaited<ReturnType<typeof quotaLeft>>;
}

describe('a report of Google Analytics is refused', () => {
  const good = { dateRanges: JULY, dimensions: named('date'), metrics: named('sessions') };
  test.each([
    [
      'with a metric that is gone',
      { ...good, metrics: named('conversions') },
      /^Field conversions is not a valid metric\. /,
    ],
    [
      'with an unknown dimension',
      { ...good, dimensions: named('isConversionEvent') },
      /^Field isConversionEvent is not a valid dimension\. /,
    ],
    [
      'with an unknown member',
      { ...good, filters: [] },
      /Unknown name "filters": Cannot find field/,
    ],
    [
      'with an unknown member further in',
      { ...good, dateRanges: [{ ...JULY[0], to: '' }] },
      /Unknown name "to" at 'date_ranges\[0\]'/,
    ],
    ['with a limit that is no number', { ...good, limit: 'many' }, /Invalid value at 'limit'/],
    ['with a negative offset', { ...good, offset: -1 }, /offset must be positive/],
    [
      'with names in place of objects',
      { ...good, metrics: ['sessions'] },
      /Invalid value at 'metrics\[0\]'/,
    ],
    [
      'with an unknown aggregation',
      { ...good, metricAggregations: ['SUM'] },
      /Invalid value at 'metric_aggregations\[0\]'/,
    ],
    ['without days', { metrics: named('sessions') }, /dateRange is required/],
    [
      'with a day that does not exist',
      { ...good, dateRanges: [{ startDate: '2026-02-30', endDate: '2026-03-01' }] },
      /Invalid date: 2026-02-30/,
    ],
    [
      'with days in another form',
      { ...good, dateRanges: [{ startDate: '20260701', endDate: '20260702' }] },
      /Invalid date/,
    ],
    [
      'with its end before its start',
      { ...good, dateRanges: [{ startDate: 'today', endDate: 'yesterday' }] },
      /cannot be after/,
    ],
    [
      'with five stretches of days',
      { ...good, dateRanges: Array.from({ length: 5 }, () => JULY[0]) },
      /limited to 4/,
    ],
    [
      'with ten dimensions',
      {
        ...good,
        dimensions: named(
          'date',
          'year',
          'yearMonth',
          'dayOfWeek',
          'country',
          'city',
          'deviceCategory',
          'sessionSource',
          'sessionMedium',
          'landingPage',
        ),
      },
      /limited to 9/,
    ],
    ['with nothing asked for', { dateRanges: JULY }, /At least one/],
    ['with a dimension twice', { ...good, dimensions: named('date', 'date') }, /twice/],
    [
      'with fields that do not go together',
      { ...good, dimensions: named('itemName') },
      /incompatible/,
    ],
    [
      'ordered by what it has not',
      { ...good, orderBys: [{ metric: { metricName: 'activeUsers' } }] },
      /orderBy/,
    ],
    [
      'with a filter of an unknown field',
      { ...good, dimensionFilter: { filter: { fieldName: 'x', stringFilter: { value: 'y' } } } },
      /not a valid dimension/,
    ],
  ])('%s', async (_what, body, why) => {
    const answer = await owner.report(WEB, body);
    expect(answer.body['error']).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    expect([answer.status, message(answer)]).toEqual([400, expect.stringMatching(why)]);
  });

  test('for a property without a role, for one in the bin, and for one that is no number', async () => {
    const viewer = new GoogleVisit(sandbox);
    await viewer.connect('viewer');
    expect(message(await viewer.report(WEB, good))).toMatch(
      /^User does not have sufficient permissions for this property/,
    );
    await owner.admin(`business/google-analytics/${SHOP}`, { kind: 'trash' });
    expect((await owner.report(SHOP, good)).status).toBe(403);
    await owner.admin(`business/google-analytics/${SHOP}`, { kind: 'trash', trashed: false });
    expect((await owner.report(SHOP, good)).status).toBe(200);
    expect((await owner.post('/v1beta/properties/acme:runReport', good)).status).toBe(400);
    expect((await owner.post(`/v1beta/properties/${WEB}:runEverything`, good)).status).toBe(404);
  });

  test('in a batch of more than five', async () => {
    const path = `/v1beta/properties/${WEB}:batchRunReports`;
    const batch = (size: number) =>
      owner.post(path, { requests: Array.from({ length: size }, () => good) });
    expect((await batch(6)).status).toBe(400);
    const { body } = await batch(5);
    expect([body['kind'], (body['reports'] as object[]).length]).toEqual([
      'analyticsData#batchRunReports',
      5,
    ]);
  });
});

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
    const analyst = new GoogleVisit(sandbox);
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

describe('quotas of Google Analytics', () => {
  const report = { dateRanges: JULY, metrics: named('sessions'), returnPropertyQuota: true };

  test('go down with each report', async () => {
    const [first, second] = [await quotaLeft(), await quotaLeft()];
    expect(first).toMatchObject({ concurrentRequests: { remaining: 10 } });
    for (const name of ['tokensPerDay', 'tokensPerHour', 'tokensPerProjectPerHour']) {
      expect((first[name]?.remaining ?? 0) - (second[name]?.remaining ?? 0)).toBe(
        second[name]?.consumed,
      );
    }
  });

  test.each([
    ['tokensPerDay', /^Exhausted property tokens per day\./],
    ['tokensPerHour', /^Exhausted property tokens per hour\./],
    ['tokensPerProjectPerHour', /^Exhausted property tokens for a project per hour\./],
    ['concurrentRequests', /^Exhausted concurrent requests quota\.$/],
    [
      'potentiallyThresholdedRequestsPerHour',
      /^Exhausted potentially thresholded requests quota\.$/,
    ],
  ])('%s ends in its own words', async (name, words) => {
    await tell({ kind: 'quota', [name]: 0 });
    const answer = await owner.report(WEB, report);
    expect(answer.body['error']).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' });
    expect(message(answer)).toMatch(words);
  });

  test('ten server errors close a property for the rest of the hour', async () => {
    const kawa = 310_000_003;
    await owner.admin('knobs/google-analytics', {
      faults: [{ kind: 'status', status: 503, path: String(kawa), calls: 10 }],
    });
    const statuses = [];
    for (let call = 0; call < 11; call += 1)
      statuses.push((await owner.report(kawa, report)).status);
    await owner.admin('knobs/google-analytics', { faults: [] });
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 503), 429]);
  });
});
