import { describe, expect, test } from '@jest/globals';
import { connector } from '../../../src/connectors/hubspot/connector.js';
import { type Answers, readStream, type SliceOptions, total } from '../support/read-stream.js';

const HUB: SliceOptions = {
  from: '2024-01-01',
  account: { id: '123456', timeZone: 'US/Eastern', currency: 'USD' },
};

const stage = (id: string, displayOrder: number, probability: string, isClosed = 'false') => ({
  id,
  displayOrder,
  metadata: { probability, isClosed },
});

const PIPELINES = {
  results: [
    {
      id: 'default',
      stages: [
        stage('appointmentscheduled', 0, '0.2'),
        stage('contractsent', 1, '0.9'),
        stage('closedwon', 2, '1.0', 'true'),
        stage('closedlost', 3, '0.0', 'true'),
      ],
    },
    {
      id: '998877',
      stages: [
        stage('11', 0, '0.5'),
        // An open stage that is called as if it were closed.
        stage('12', 1, '0.7'),
        stage('13', 2, '1', 'true'),
        stage('14', 3, '0', 'true'),
      ],
    },
  ],
};

const PROPERTIES = [{ name: 'amount_in_home_currency' }, { name: 'dealstage' }];

function deal(id: number, over: Record<string, string | null>, history?: string[]): object {
  return {
    id: String(id),
    properties: {
      pipeline: 'default',
      dealstage: 'appointmentscheduled',
      createdate: '2026-10-01T15:00:00.000Z',
      closedate: '2026-11-30T15:00:00.000Z',
      amount_in_home_currency: '100.00',
      hs_is_closed: null,
      hs_is_closed_won: null,
      hs_deal_stage_probability: null,
      ...over,
    },
    ...(history === undefined
      ? {}
      : { propertiesWithHistory: { dealstage: history.map((value) => ({ value })) } }),
    archived: false,
  };
}

function hub(deals: object[], properties: object[] = PROPERTIES): Answers {
  return ({ path, query }) => {
    if (path.includes('/pipelines/')) return PIPELINES;
    if (path.includes('/properties/')) return { results: properties };
    const from = Number(query['after'] ?? 0);
    const limit = Number(query['limit']);
    const more =
      from + limit < deals.length ? { next: { after: String(from + limit) } } : undefined;
    return { results: deals.slice(from, from + limit), ...(more ? { paging: more } : {}) };
  };
}

const read = (...deals: object[]) => readStream(connector, 'deals', hub(deals), HUB);

describe('won and lost', () => {
  test('are known in pipelines whose stages have numbers and any label', async () => {
    const points = await read(
      deal(1, { pipeline: '998877', dealstage: '13', closedate: '2026-11-03T15:00:00Z' }),
      deal(2, { pipeline: '998877', dealstage: '14', closedate: '2026-11-03T15:00:00Z' }),
      deal(3, { pipeline: '998877', dealstage: '12' }),
    );
    const dimensions = { pipeline: '998877' };
    expect(total(points, 'crm.deals.won.count', { dimensions })).toBe(1);
    expect(total(points, 'crm.deals.lost.count', { dimensions })).toBe(1);
    expect(total(points, 'crm.deals.open.count', { dimensions })).toBe(1);
  });

  test('are what HubSpot says of the deal, before what its stage says', async () => {
    const points = await read(
      deal(1, {
        dealstage: 'closedwon',
        hs_is_closed: 'true',
        hs_is_closed_won: 'false',
        closedate: '2026-11-03T15:00:00Z',
      }),
    );
    expect(total(points, 'crm.deals.lost.count')).toBe(1);
    expect(total(points, 'crm.deals.won.count')).toBe(0);
  });

  test('count on the close date’s day in the account’s zone', async () => {
    const points = await read(
      deal(1, { dealstage: 'closedwon', closedate: '2026-11-01T03:59:00.000Z' }),
    );
    expect(total(points, 'crm.deals.won.count', { day: '2026-10-31' })).toBe(1);
  });

  test('do not count open deals, whose close date is a hope and may be past', async () => {
    const points = await read(deal(1, { closedate: '2026-09-30T15:00:00.000Z' }));
    expect(total(points, 'crm.deals.won.count') + total(points, 'crm.deals.lost.count')).toBe(0);
    expect(total(points, 'crm.deals.open.count', { day: '2026-11-20' })).toBe(1);
  });

  test('follow a deal that was reopened or dated back, since all are listed each time', async () => {
    const before = await read(
      deal(1, { dealstage: 'closedwon', closedate: '2026-09-10T15:00:00Z' }),
    );
    const after = await read(deal(1, { dealstage: 'contractsent' }));
    expect(total(before, 'crm.deals.won.count', { day: '2026-09-10' })).toBe(1);
    expect(total(after, 'crm.deals.won.count')).toBe(0);
    expect(connector.streams.find(({ name }) => name === 'deals')).toMatchObject({
      covers: 'whole',
    });
  });
});

describe('amounts', () => {
  test('are those in the account’s currency, exact to the cent, and no other is asked for', async () => {
    const asked: unknown[] = [];
    const deals = [
      deal(1, {
        dealstage: 'closedwon',
        amount: '1000',
        amount_in_home_currency: '1101.10',
        closedate: '2026-11-03T15:00:00Z',
      }),
      deal(2, {
        dealstage: 'closedwon',
        amount: '900',
        amount_in_home_currency: '0.2',
        closedate: '2026-11-03T15:00:00Z',
      }),
    ];
    const points = await readStream(
      connector,
      'deals',
      (call) => {
        asked.push(String(call.query['properties'] ?? ''));
        return hub(deals)(call);
      },
      HUB,
    );
    expect(total(points, 'crm.deals.won.value', { currency: 'USD' })).toBe(1_101_30);
    expect(asked.join().split(',')).not.toContain('amount');
  });

  test('that nobody entered are zero, and counted as such', async () => {
    const points = await read(
      deal(1, { amount_in_home_currency: null }),
      deal(2, { amount_in_home_currency: '' }),
    );
    expect(total(points, 'crm.deals.open.value')).toBe(0);
    expect(total(points, 'crm.deals.open.unvalued')).toBe(2);
  });

  test('are not offered, rather than zero, where the plan has no such property', async () => {
    const deals = [deal(1, { amount_in_home_currency: null })];
    const points = await readStream(connector, 'deals', hub(deals, [{ name: 'dealstage' }]), HUB);
    expect(points.filter(({ currency }) => currency !== null)).toEqual([]);
    expect(total(points, 'crm.deals.open.unvalued')).toBe(0);
    expect(total(points, 'crm.deals.open.count')).toBe(1);
  });

  test('times the chance are exact, however HubSpot prints the chance', async () => {
    const printed = '0.200000000000000011102230246251565404236316680908203125';
    const points = await read(
      deal(1, { amount_in_home_currency: '0.03', hs_deal_stage_probability: printed }),
      deal(2, { amount_in_home_currency: '0.02', hs_deal_stage_probability: printed }),
    );
    // 0.6 and 0.4 cents: rounded each for itself there would be one cent too much, or one too little.
    expect(total(points, 'crm.deals.weighted_value')).toBe(1);
  });

  test('after the company’s currency changed are another series', async () => {
    const jpy = { ...HUB, account: { ...HUB.account, currency: 'JPY' } };
    const points = await readStream(
      connector,
      'deals',
      hub([deal(1, { amount_in_home_currency: '1500' })]),
      jpy,
    );
    expect(total(points, 'crm.deals.open.value', { currency: 'JPY' })).toBe(1_500);
  });
});

const won = (created: string) =>
  deal(1, { dealstage: 'closedwon', createdate: created, closedate: '2026-11-15T15:00:00Z' });

describe('the sales cycle', () => {
  test('is the median over a month, not a mean, and has a month’s grain', async () => {
    const points = await read(
      won('2026-11-05T15:00:00Z'),
      won('2026-11-01T15:00:00Z'),
      won('2025-11-15T15:00:00Z'),
      won('2026-11-10T15:00:00Z'),
    );
    // 5, 10, 14 and 365 days.
    expect(points.filter(({ metric }) => metric === 'crm.deals.cycle_days')).toMatchObject([
      { day: '2026-11-01', value: 120, digits: 1 },
    ]);
  });
});

describe('deals that are merged, deleted or many', () => {
  test('are simply no longer listed: nothing of them is kept anywhere', async () => {
    const points = await read();
    expect(points).toEqual([]);
  });

  test('are listed and not searched, so a thousand changes in one moment are no limit', async () => {
    const paths = new Set<string>();
    const deals = Array.from({ length: 1_050 }, (_, n) => deal(n, {}));
    const points = await readStream(
      connector,
      'deals',
      (call) => {
        paths.add(call.path);
        return hub(deals)(call);
      },
      HUB,
    );
    expect(total(points, 'crm.deals.open.count')).toBe(1_050);
    expect([...paths].filter((path) => path.includes('search'))).toEqual([]);
  });
});

describe('stage conversion', () => {
  test('counts who reached a stage, skipped or not, and who went on', async () => {
    const points = await readStream(
      connector,
      'stage-conversion',
      hub([
        deal(1, {}, ['appointmentscheduled']),
        deal(2, {}, ['closedwon', 'appointmentscheduled']),
        deal(3, {}, ['closedlost', 'contractsent']),
        deal(4, {}, ['closedlost']),
      ]),
      HUB,
    );
    const first = { from: 'appointmentscheduled', to: 'contractsent' };
    const last = { from: 'contractsent', to: 'won' };
    expect(total(points, 'crm.stage_conversion.entered', { dimensions: first })).toBe(3);
    expect(total(points, 'crm.stage_conversion.advanced', { dimensions: first })).toBe(2);
    expect(total(points, 'crm.stage_conversion.entered', { dimensions: last })).toBe(2);
    expect(total(points, 'crm.stage_conversion.advanced', { dimensions: last })).toBe(1);
  });
});

describe('contacts', () => {
  test('are counted without reading one: an id and nothing else is asked for', async () => {
    const bodies: { properties?: unknown; limit?: unknown }[] = [];
    const points = await readStream(
      connector,
      'new-contacts',
      ({ body }) => {
        bodies.push(body as object);
        return { total: 7, results: [] };
      },
      { ...HUB, from: '2026-11-19', to: '2026-11-20' },
    );
    expect(total(points, 'crm.contacts.new', { day: '2026-11-19' })).toBe(7);
    expect(bodies.map(({ properties, limit }) => [properties, limit])).toEqual([
      [['hs_object_id'], 1],
      [['hs_object_id'], 1],
    ]);
  });

  test('of a day are those between its two midnights in the account’s zone', async () => {
    const ranges: string[][] = [];
    await readStream(
      connector,
      'new-contacts',
      ({ body }) => {
        const [{ filters = [] } = {}] = (
          body as { filterGroups: { filters?: { value: string; highValue: string }[] }[] }
        ).filterGroups;
        ranges.push(filters.map(({ value, highValue }) => `${value}-${highValue}`));
        return { total: 0 };
      },
      { ...HUB, from: '2026-11-01', to: '2026-11-01' },
    );
    // The clocks go back that night: the day has 25 hours.
    const from = Date.parse('2026-11-01T04:00:00Z');
    expect(ranges).toEqual([[`${from}-${from + 25 * 3_600_000 - 1}`]]);
  });

  test('in their lifecycle stages are counted stage by stage, by the account’s own stages', async () => {
    const points = await readStream(
      connector,
      'contacts-now',
      ({ path, body }) => {
        if (path.includes('/properties/')) {
          return {
            results: [{ name: 'lifecyclestage', options: [{ value: 'lead' }, { value: '8842' }] }],
          };
        }
        const text = JSON.stringify(body);
        return { total: text.includes('8842') ? 2 : text.includes('lead') ? 5 : 40 };
      },
      HUB,
    );
    expect(total(points, 'crm.contacts.total')).toBe(40);
    expect(
      total(points, 'crm.contacts.by_lifecycle', { dimensions: { lifecyclestage: '8842' } }),
    ).toBe(2);
  });

  test('are called all records, not marketing contacts', () => {
    const metric = connector.metrics.find(({ key }) => key === 'crm.contacts.total');
    expect(metric?.description).toMatch(/unengaged/);
  });
});

describe('accounts for trying out', () => {
  test.each([
    ['STANDARD', false],
    ['SANDBOX', true],
    ['DEVELOPER_TEST', true],
  ])('%s is marked', async (accountType, isTest) => {
    const client = {
      get: async () => ({
        status: 200,
        headers: {},
        body: { portalId: 5, timeZone: 'UTC', companyCurrency: 'EUR', accountType },
      }),
    };
    const [account] = await connector.accounts(client as never, {});
    expect(account?.test).toBe(isTest);
  });
});

describe('answers', () => {
  test.each([
    ['SECONDLY', 1_000],
    ['TEN_SECONDLY_ROLLING', 10_000],
    ['DAILY', 3_600_000],
  ])('429 for %s says how long to be still, without a Retry-After', (policyName, waitMs) => {
    const answer = { status: 429, headers: {}, body: { policyName } };
    expect(connector.judge?.(answer)).toEqual({ kind: 'slow-down', waitMs });
  });

  test('a missing scope is no revocation', () => {
    const answer = { status: 403, headers: {}, body: { category: 'MISSING_SCOPES' } };
    expect(connector.judge?.(answer)).toMatchObject({ kind: 'forbidden' });
  });

  test('a refused refresh is final by HubSpot’s own word', () => {
    const { refreshFailure } = connector.tokens;
    expect(refreshFailure?.(400, { status: 'BAD_REFRESH_TOKEN' })).toBe('final');
    expect(refreshFailure?.(400, { status: 'BAD_CLIENT_ID' })).not.toBe('final');
  });
});
