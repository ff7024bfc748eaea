import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TrueValue } from '../../sandbox/business/true-value.js';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { GoogleVisit, named, rowsOf } from './google-visit.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const FROM = '2026-08-01';
const TO = '2026-11-25';

/** Dimensions of reports by the names they have in the truth. */
const NAMES: Readonly<Record<string, string>> = {
  sessionDefaultChannelGroup: 'channel',
  sessionSource: 'source',
  sessionMedium: 'medium',
  sessionCampaignName: 'campaign',
  country: 'country',
  deviceCategory: 'device',
  landingPage: 'landing_page',
  eventName: 'event',
};

const METRICS: Readonly<Record<string, string>> = {
  sessions: 'web.sessions',
  engagedSessions: 'web.engaged_sessions',
  screenPageViews: 'web.pageviews',
  eventCount: 'web.events',
  keyEvents: 'web.key_events',
  userEngagementDuration: 'web.engagement_seconds',
  totalRevenue: 'web.revenue',
  ecommercePurchases: 'web.purchases',
  activeUsers: 'web.active_users_day',
  newUsers: 'web.new_users',
};

async function truthOf(seed: string): Promise<string> {
  const other = await startSandbox({ seed, now: () => NOW });
  try {
    const path = 'truth/google-analytics/310000003?from=2026-06-01&to=2026-06-30';
    return JSON.stringify(await new GoogleVisit(other).admin(path));
  } finally {
    await other.close();
  }
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());

describe.each([
  [310_000_001, 'Europe/Berlin', 'EUR'],
  [310_000_002, 'America/Los_Angeles', 'USD'],
  [310_000_003, 'Asia/Tokyo', 'JPY'],
])('reports of property %d add up to the truth', (property, zone, currency) => {
  let visit: GoogleVisit;
  let truth: TrueValue[];

  beforeAll(async () => {
    visit = new GoogleVisit(sandbox);
    await visit.connect('owner');
    const answer = await visit.admin(`truth/google-analytics/${property}?from=${FROM}&to=${TO}`);
    expect(answer).toMatchObject({ timeZone: zone });
    truth = (answer as { metrics: TrueValue[] }).metrics;
  });

  /** Sums of a report in hundredths, by day and what the truth calls its dimensions. */
  const reported = async (metric: string, dimensions: readonly string[]) => {
    const sums = new Map<string, number>();
    const answer = await visit.report(property, {
      dateRanges: [{ startDate: FROM, endDate: TO }],
      dimensions: named('date', ...dimensions),
      metrics: named(metric),
      limit: 250_000,
    });
    for (const row of rowsOf(answer)) {
      const [date = '', ...values] = row.dimensionValues.map(({ value }) => value);
      const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
      const stripped = values.map((value) => value.split('?')[0]);
      const key = [day, ...stripped].join('|');
      const value = Math.round(Number(row.metricValues[0]?.value) * 100);
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return Object.fromEntries(sums);
  };

  const parts = (metric: string) => truth.filter((row) => row.metric === metric);

  const told = (metric: string, dimensions: readonly string[]) => {
    const names = dimensions.map((name) => NAMES[name] ?? name);
    const rows = truth.filter(
      (row) => row.metric === metric && Object.keys(row.dimensions).join() === names.join(),
    );
    return Object.fromEntries(
      rows
        .map(
          (row) =>
            [
              [row.day, ...names.map((name) => row.dimensions[name])].join('|'),
              Math.round(Number(row.value) * 100),
            ] as const,
        )
        .filter(([, value]) => value !== 0),
    );
  };

  test.each([
    [
      'channel',
      ['sessionDefaultChannelGroup'],
      [
        'sessions',
        'engagedSessions',
        'screenPageViews',
        'eventCount',
        'keyEvents',
        'userEngagementDuration',
        'totalRevenue',
        'ecommercePurchases',
      ],
    ],
    [
      'source',
      ['sessionSource', 'sessionMedium', 'sessionCampaignName'],
      ['sessions', 'engagedSessions', 'keyEvents', 'totalRevenue'],
    ],
    ['place', ['country', 'deviceCategory'], ['sessions', 'engagedSessions', 'keyEvents']],
    ['landing page', ['landingPage'], ['sessions', 'engagedSessions', 'keyEvents']],
    ['event', ['eventName'], ['eventCount', 'keyEvents']],
    ['day', [], ['activeUsers', 'newUsers']],
  ])('by %s', async (_what, dimensions, metrics) => {
    for (const metric of metrics) {
      const truths = told(METRICS[metric] ?? '', dimensions);
      expect([metric, await reported(metric, dimensions)]).toEqual([metric, truths]);
      expect(Object.keys(truths).length).toBeGreaterThan(20);
    }
  });

  test('in the funnel', async () => {
    const steps = {
      view: 'itemsViewed',
      cart: 'addToCarts',
      checkout: 'checkouts',
      purchase: 'ecommercePurchases',
    };
    for (const [step, metric] of Object.entries(steps)) {
      const rows = truth.filter(
        (row) =>
          row.metric === 'web.funnel.view_cart_checkout_purchase' &&
          row.dimensions['step'] === step,
      );
      expect(await reported(metric, [])).toEqual(
        Object.fromEntries(rows.map((row) => [row.day, 100 * Number(row.value)])),
      );
    }
  });

  test.each([
    ['web.active_users_7d', '2026-10-25', '2026-10-19', '2026-10-25'],
    ['web.active_users_28d', '2026-11-24', '2026-10-28', '2026-11-24'],
    ['web.active_users_month', '2026-10-01', '2026-10-01', '2026-10-31'],
    ['web.active_users_month', '2026-11-01', '2026-11-01', '2026-11-30'],
  ])('in people over a window: %s of %s', async (metric, day, startDate, endDate) => {
    const answer = await visit.report(property, {
      dateRanges: [{ startDate, endDate }],
      metrics: named('activeUsers'),
    });
    const truths = truth.filter((row) => row.metric === metric && row.day === day);
    expect(rowsOf(answer)[0]?.metricValues[0]?.value).toBe(truths[0]?.value);
    expect(truths).toHaveLength(1);
  });

  test('in ratios, by their parts', () => {
    const sessions = told('web.sessions', ['sessionDefaultChannelGroup']);
    for (const [metric, part] of [
      ['web.engagement_rate', 'web.engaged_sessions'],
      ['web.key_events_per_session', 'web.key_events'],
      ['web.pages_per_session', 'web.pageviews'],
      ['web.avg_engagement_per_session', 'web.engagement_seconds'],
    ] as const) {
      const numerators = told(part, ['sessionDefaultChannelGroup']);
      for (const row of parts(metric)) {
        const key = `${row.day}|${row.dimensions['channel']}`;
        expect([Number(row.numerator) * 100, Number(row.denominator) * 100]).toEqual([
          numerators[key] ?? 0,
          sessions[key],
        ]);
      }
    }
    const engaged = told('web.engaged_sessions', ['sessionDefaultChannelGroup']);
    for (const row of parts('web.bounce_rate')) {
      const key = `${row.day}|${row.dimensions['channel']}`;
      const bounced = (sessions[key] ?? 0) - (engaged[key] ?? 0);
      expect([Number(row.numerator) * 100, Number(row.denominator) * 100]).toEqual([
        bounced,
        sessions[key],
      ]);
    }
  });

  test('in the currency of the property', () => {
    const revenue = truth.filter((row) => row.metric === 'web.revenue');
    expect(new Set(revenue.map((row) => row.currency))).toEqual(new Set([currency]));
  });
});

test('the truth is the same for the same seed, and another for another', async () => {
  const [first, again, other] = [await truthOf('one'), await truthOf('one'), await truthOf('two')];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});
