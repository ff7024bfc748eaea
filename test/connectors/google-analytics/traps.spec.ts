import { createSign, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { connector } from '../../../src/connectors/google-analytics/connector.js';
import { readReport } from '../../../src/connectors/google-analytics/reports/read-report.js';
import { REPORTS, USERS } from '../../../src/connectors/google-analytics/reports/reports.js';
import { Secret } from '../../../src/kernel/secret.js';
import { type Answers, readStream, type SliceOptions, total } from '../support/read-stream.js';

const PROPERTY: SliceOptions = {
  from: '2026-11-01',
  to: '2026-11-02',
  today: '2026-11-20',
  account: { id: '123456789', timeZone: 'Europe/Berlin', currency: 'EUR' },
};

interface Asked {
  dimensions?: { name: string }[];
  metrics: { name: string }[];
  dateRanges: { startDate: string; endDate: string }[];
  offset: string;
  limit: string;
}

/** Rows for the report whose dimensions these are; all others are empty. */
function reporting(dimensions: string[], rows: [string[], string[]][], more: object = {}): Answers {
  return ({ body }) => {
    const asked = body as Asked;
    const names = (asked.dimensions ?? []).map(({ name }) => name);
    if (names.join() !== dimensions.join()) return { kind: 'analyticsData#runReport' };
    const from = Number(asked.offset);
    return {
      rows: rows.slice(from, from + Number(asked.limit)).map(([values, metrics]) => ({
        dimensionValues: values.map((value) => ({ value })),
        metricValues: metrics.map((value) => ({ value })),
      })),
      rowCount: rows.length,
      ...more,
    };
  };
}

const CHANNELS = ['date', 'sessionDefaultChannelGroup'];
/** sessions, engaged, page views, key events, seconds, revenue, purchases, events */
const organic: [string[], string[]] = [
  ['20261101', 'Organic Search'],
  ['320', '201', '980', '12', '18230', '1250.5', '9', '4100'],
];

describe('unique users', () => {
  test('add up over nothing: each grain is a metric of its own, asked for by itself', async () => {
    const unique = connector.metrics.filter(({ aggregation }) => aggregation.kind === 'unique');
    expect(unique.map(({ aggregation }) => 'per' in aggregation && aggregation.per).sort()).toEqual(
      ['28d', '7d', 'day', 'month'],
    );
    expect(unique.every(({ dimensions }) => dimensions.length === 0)).toBe(true);
    const ranges: string[] = [];
    await readStream(
      connector,
      'user-windows',
      ({ body }) => {
        const { requests } = body as { requests: Asked[] };
        for (const { dateRanges, dimensions } of requests) {
          expect(dimensions).toBeUndefined();
          ranges.push(...dateRanges.map(({ startDate, endDate }) => `${startDate} ${endDate}`));
        }
        return { reports: requests.map(() => ({})) };
      },
      PROPERTY,
    );
    expect(ranges.sort()).toEqual([
      '2026-10-05 2026-11-01',
      '2026-10-06 2026-11-02',
      '2026-10-26 2026-11-01',
      '2026-10-27 2026-11-02',
    ]);
  });

  test('of a month are asked for from its first day, the present one as far as it has come', async () => {
    const points = await readStream(
      connector,
      'user-months',
      ({ body }) => ({
        reports: (body as { requests: Asked[] }).requests.map(({ dateRanges: [range] }) => ({
          rowCount: 1,
          rows: [{ metricValues: [{ value: String(Number(range?.endDate.slice(8))) }] }],
        })),
      }),
      { ...PROPERTY, from: '2026-09-15', to: '2026-11-20' },
    );
    expect(points.map(({ day, value }) => [day, value]).sort()).toEqual([
      ['2026-10-01', 31],
      ['2026-11-01', 20],
    ]);
  });
});

const row = (users: string) => ({
  dimensionValues: [{ value: '20261101' }],
  metricValues: [{ value: users }, { value: '1' }],
});

describe('reports', () => {
  test('never mix dimensions of events and of sessions', () => {
    for (const { dimensions, columns } of REPORTS) {
      const isOfEvents = dimensions.some(({ api }) => api === 'eventName');
      const countsSessions = columns.some(({ api }) => /sessions/i.test(api));
      expect(isOfEvents && countsSessions).toBe(false);
    }
  });

  test('ask for one range of explicit days, and go on until all rows are read', async () => {
    const many = Array.from({ length: 25_000 }, (_, n): [string[], string[]] => [
      ['20261101', `/page-${n}`],
      ['1', '1', '0'],
    ]);
    const asked: Asked[] = [];
    const answers = reporting(['date', 'landingPage'], many);
    const stream = connector.streams.find(({ name }) => name === 'traffic');
    expect(stream).toBeDefined();
    const points = await readStream(
      connector,
      'traffic',
      (call) => {
        asked.push(call.body as Asked);
        return answers(call);
      },
      PROPERTY,
    );
    expect(total(points, 'web.sessions')).toBe(25_000);
    expect(asked.every(({ dateRanges }) => dateRanges.length === 1)).toBe(true);
    expect(asked[0]?.dateRanges[0]).toEqual({ startDate: '2026-11-01', endDate: '2026-11-02' });
  });

  test('without rows or count mean zero, not a broken page', async () => {
    expect(await readStream(connector, 'traffic', () => ({ kind: 'x' }), PROPERTY)).toEqual([]);
  });

  test('whose rows do not add up to the total are flagged', () => {
    const body = {
      rows: [row('10')],
      rowCount: 1,
      totals: [{ metricValues: [{ value: '25' }, { value: '1' }] }],
    };
    expect(readReport(body, USERS).quality).toEqual(['totals-differ']);
  });

  test('that are sampled, thresholded or lump rows together say so', () => {
    const metadata = {
      dataLossFromOtherRow: true,
      subjectToThresholding: true,
      samplingMetadatas: [{}],
    };
    expect(readReport({ metadata }, USERS).quality).toEqual([
      'other-rows',
      'thresholded',
      'sampled',
    ]);
  });

  test('whose values the role hides give no zero', async () => {
    const restricted = {
      metadata: {
        schemaRestrictionResponse: { activeMetricRestrictions: [{ metricName: 'totalRevenue' }] },
      },
    };
    const points = await readStream(
      connector,
      'traffic',
      reporting(CHANNELS, [organic], restricted),
      PROPERTY,
    );
    expect(points.filter(({ metric }) => metric === 'web.revenue')).toEqual([]);
    expect(total(points, 'web.sessions')).toBe(320);
  });
});

describe('members', () => {
  test('(other), (not set), (none) and (direct) are kept like any other', async () => {
    const rows = ['(other)', '(not set)', '(none)', '(direct)'].map(
      (name): [string[], string[]] => [['20261101', name], organic[1]],
    );
    const points = await readStream(connector, 'traffic', reporting(CHANNELS, rows), PROPERTY);
    expect(total(points, 'web.sessions', { dimensions: { channel: '(other)' } })).toBe(320);
    expect(total(points, 'web.sessions')).toBe(4 * 320);
  });

  test('of landing pages lose what stands behind the question mark', async () => {
    const rows = ['/a?mail=ada@bluebird.example', '/a#top', '/a'].map(
      (page): [string[], string[]] => [
        ['20261101', page],
        ['1', '1', '0'],
      ],
    );
    const points = await readStream(
      connector,
      'traffic',
      reporting(['date', 'landingPage'], rows),
      PROPERTY,
    );
    expect(total(points, 'web.sessions', { dimensions: { landing_page: '/a' } })).toBe(3);
    expect(JSON.stringify(points)).not.toContain('ada@');
  });
});

describe('values', () => {
  test('of money are decimal units and no millionths; key events may be parts', async () => {
    const row: [string[], string[]] = [
      ['20261101', 'Direct'],
      ['1', '1', '1', '0.25', '7', '1250.5', '1', '3'],
    ];
    const points = await readStream(connector, 'traffic', reporting(CHANNELS, [row]), PROPERTY);
    expect(points.find(({ metric }) => metric === 'web.revenue')).toMatchObject({
      value: 12_505_000,
      digits: 4,
      currency: 'EUR',
    });
    expect(points.find(({ metric }) => metric === 'web.key_events')).toMatchObject({
      value: 2_500,
      digits: 4,
    });
  });

  test('of ad cost are not read: they are a copy of what the ads say themselves', () => {
    const apis = [...REPORTS, USERS].flatMap(({ columns }) => columns.map(({ api }) => api));
    expect(apis.filter((api) => /cost/i.test(api))).toEqual([]);
  });

  test('may change for two weeks, and a day without rows is no last word until then', () => {
    for (const name of ['traffic', 'users', 'user-windows']) {
      expect(connector.streams.find((it) => it.name === name)?.lookBackDays).toBeGreaterThanOrEqual(
        14,
      );
    }
  });
});

const client = (property: object) => ({
  get: async (path: string) => ({
    status: 200,
    headers: {},
    body: path.includes('accountSummaries')
      ? { accountSummaries: [{ propertySummaries: [{ property: 'properties/1' }] }] }
      : { displayName: 'Shop', timeZone: 'Europe/Berlin', currencyCode: 'EUR', ...property },
  }),
});

describe('properties', () => {
  test('in the bin are not offered, and one that lands there is paused', async () => {
    const gone = client({ deleteTime: '2026-11-01T00:00:00Z' });
    expect(await connector.accounts(gone as never, {})).toEqual([]);
    const [account] = await connector.accounts(client({}) as never, {});
    await expect(connector.refreshAccount(gone as never, account as never)).rejects.toMatchObject({
      code: 'provider_paused',
    });
  });

  test('that count what others count too say what they are', async () => {
    const rollup = client({ propertyType: 'PROPERTY_TYPE_ROLLUP' });
    const [account] = await connector.accounts(rollup as never, {});
    expect(account?.details['type']).toBe('PROPERTY_TYPE_ROLLUP');
  });

  test('whose role was taken away pause, and a missing scope asks for another consent', () => {
    const denied = {
      error: { message: 'User does not have sufficient permissions for this property.' },
    };
    expect(connector.judge?.({ status: 403, headers: {}, body: denied })).toMatchObject({
      kind: 'paused',
    });
    const scope = { error: { details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }] } };
    expect(connector.judge?.({ status: 403, headers: {}, body: scope })).toMatchObject({
      kind: 'forbidden',
    });
  });
});

const left = (remaining: number) =>
  connector.budget?.({
    status: 200,
    headers: {},
    body: { propertyQuota: { tokensPerProjectPerHour: { remaining } } },
  });

describe('quotas', () => {
  test.each([
    ['Exhausted concurrent requests quota.', 30_000],
    [
      'Exhausted property tokens for a project per hour. These quota tokens will return in under an hour.',
      1_800_000,
    ],
    [
      'Exhausted property tokens per day. These quota tokens will return in under 24 hours.',
      3_600_000,
    ],
    ['Exhausted potentially thresholded requests quota.', 1_800_000],
  ])('“%s” says by its words how long to be still', (message, waitMs) => {
    const answer = {
      status: 429,
      headers: {},
      body: { error: { message, status: 'RESOURCE_EXHAUSTED' } },
    };
    expect(connector.judge?.(answer)).toEqual({ kind: 'slow-down', waitMs });
  });

  test('are spread below a fifth, and left to others below a twentieth', () => {
    expect(left(13_000)).toBeNull();
    expect(left(2_000)).toMatchObject({ remaining: 200 });
    expect(left(600)).toHaveProperty('pauseMs');
  });
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('security events', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk: JsonWebKey = { ...publicKey.export({ format: 'jwk' }), kid: 'k1' };

  function delivery(over: { header?: object; claims?: object } = {}) {
    const head = part({ alg: 'RS256', kid: 'k1', ...over.header });
    const body = part({
      iss: 'https://accounts.google.com/',
      aud: 'our-client',
      jti: 'event-1',
      iat: 1_790_000_000,
      events: {
        'https://schemas.openid.net/secevent/oauth/event-type/token-revoked': {
          subject: { sub: '77' },
        },
      },
      ...over.claims,
    });
    const signature = createSign('RSA-SHA256')
      .update(`${head}.${body}`)
      .sign(privateKey, 'base64url');
    return {
      method: 'POST',
      url: 'https://numoon.example/webhooks/google-analytics',
      headers: {},
      rawBody: Buffer.from(`${head}.${body}.${signature}`),
      nowMs: Date.now(),
      clientId: 'our-client',
    };
  }

  const keys = [new Secret(JSON.stringify(jwk))];
  const verify = (it: ReturnType<typeof delivery>) => connector.webhooks?.verify(it, keys);

  test('that Google signed for us revoke what their user consented to', () => {
    expect(verify(delivery())).toBe('genuine');
    expect(connector.webhooks?.events(delivery())).toMatchObject([
      { kind: 'revoked', accountId: 'sub:77', before: 1_790_000_000_000 },
    ]);
    const identity = `x.${part({ sub: '77', email: 'ada@bluebird.example' })}.x`;
    const grant = connector.tokens.more?.({ id_token: identity }) ?? {};
    expect(grant).toEqual({ sub: '77' });
    expect(connector.knownAs?.({} as never, grant)).toEqual(['sub:77']);
  });

  test.each([
    ['for another app', { claims: { aud: 'another' } }],
    ['by another issuer', { claims: { iss: 'https://evil.example' } }],
    ['with an unknown key', { header: { kid: 'k2' } }],
    ['that claim to need no signature', { header: { alg: 'none' } }],
    ['that claim a secret’s signature', { header: { alg: 'HS256' } }],
  ])('%s are forged', (_, over) => {
    expect(verify(delivery(over))).toBe('forged');
  });

  test('that were changed are forged', () => {
    const sent = delivery();
    const [head, , signature] = sent.rawBody.toString().split('.');
    const other = {
      ...sent,
      rawBody: Buffer.from(
        `${head}.${part({ iss: 'https://accounts.google.com/', aud: 'our-client' })}.${signature}`,
      ),
    };
    expect(verify(other)).toBe('forged');
  });
});
