import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GoogleVisit, JULY, messageOf, named, SHOP, WEB } from './google-visit.js';

let owner: GoogleVisit;

beforeAll(async () => {
  owner = await GoogleVisit.ofOwner();
});
afterAll(() => owner.sandbox.close());

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
    expect([answer.status, messageOf(answer)]).toEqual([400, expect.stringMatching(why)]);
  });

  test('for a property without a role, for one in the bin, and for one that is no number', async () => {
    const viewer = new GoogleVisit(owner.sandbox);
    await viewer.connect('viewer');
    expect(messageOf(await viewer.report(WEB, good))).toMatch(
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
