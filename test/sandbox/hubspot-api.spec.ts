import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { HubSpotVisit, type ListedRecord } from './hubspot-visit.js';

const DEALS = '/crm/objects/2026-03/0-3';
const CONTACTS = '/crm/objects/2026-03/contacts';
const UNLIMITED = { kind: 'limits', burst: null, search: null };

let sandbox: Sandbox;
let acme: HubSpotVisit;

beforeAll(async () => {
  sandbox = await startSandbox({ now: () => Date.parse('2026-11-25T12:00:00Z') });
  acme = new HubSpotVisit(sandbox);
  await acme.connect('acme');
});
beforeEach(() => acme.admin('business/hubspot/acme', UNLIMITED));
afterAll(() => sandbox.close());

const filter = (propertyName: string, operator: string, value?: string) => ({
  filterGroups: [{ filters: [{ propertyName, operator, value }] }],
});

const between = (value: string, highValue: string) => ({
  filterGroups: [
    { filters: [{ propertyName: 'createdate', operator: 'BETWEEN', value, highValue }] },
  ],
  limit: 1,
});

describe('HubSpot refuses', () => {
  test.each([
    ['a listing of more than 100', `${DEALS}?limit=101`],
    ['a listing of none', `${DEALS}?limit=0`],
    ['a limit that is no number', `${DEALS}?limit=many`],
    ['a cursor that is none', `${DEALS}?after=../etc`],
    ['archived that is neither true nor false', `${DEALS}?archived=yes`],
    ['history of more than 50', `${DEALS}?limit=51&propertiesWithHistory=dealstage`],
    ['pipelines of nothing', '/crm/pipelines/2026-03/unicorns'],
  ])('%s', async (_what, path) => {
    const answer = await acme.get(path);
    expect([answer.status, answer.body['category']]).toEqual([400, 'VALIDATION_ERROR']);
  });

  test.each([
    ['more than 200 at once', { limit: 201 }],
    ['an unknown property', filter('nothing', 'EQ', '1')],
    ['an unknown operator', filter('amount', 'LIKE', '1')],
    ['a filter without its value', filter('amount', 'EQ')],
    ['a date that is none', filter('createdate', 'GTE', 'yesterday')],
    ['a number that is none', filter('amount', 'GT', 'much')],
    ['BETWEEN without its upper end', filter('createdate', 'BETWEEN', '0')],
    [
      'six groups',
      {
        filterGroups: Array.from(
          { length: 6 },
          () => filter('amount', 'HAS_PROPERTY').filterGroups[0],
        ),
      },
    ],
    [
      'seven filters in a group',
      {
        filterGroups: [
          {
            filters: Array.from({ length: 7 }, () => ({
              propertyName: 'amount',
              operator: 'HAS_PROPERTY',
            })),
          },
        ],
      },
    ],
    ['two sorts', { sorts: ['amount', 'createdate'] }],
    ['pages beyond 10,000', { after: '10000', limit: 1 }],
    ['a list as body', []],
  ])('a search with %s', async (_what, body) => {
    const answer = await acme.post(`${DEALS}/search`, body);
    expect([answer.status, answer.body['category']]).toEqual([400, 'VALIDATION_ERROR']);
  });

  test.each([
    '/crm/v3/objects/deals',
    '/crm/objects/2025-09/0-3',
    '/crm/owners/v3',
    '/',
    `${DEALS}/1`,
  ])('the path %s', async (path) => expect((await acme.get(path)).status).toBe(404));

  test('calls without a token, and those that no scope allows', async () => {
    const stranger = new HubSpotVisit(sandbox);
    expect((await stranger.get(DEALS)).status).toBe(401);
    await stranger.connect('solo');
    await stranger.admin('scopes/hubspot/solo', { scopes: ['oauth', 'crm.objects.contacts.read'] });
    const answer = await stranger.get(DEALS);
    expect([answer.status, answer.body['category']]).toEqual([403, 'MISSING_SCOPES']);
    expect(answer.body['errors']).toMatchObject([
      { context: { requiredGranularScopes: ['crm.objects.deals.read'] } },
    ]);
  });
});

describe('a listing of HubSpot', () => {
  test('has ten records where nothing is said, and names people where no properties are named', async () => {
    const { body } = await acme.get(CONTACTS);
    const results = body['results'] as unknown as ListedRecord[];
    expect(results).toHaveLength(10);
    expect(results[0]?.properties).toMatchObject({
      lastname: 'Zzyxquill',
      email: expect.any(String),
    });
  });

  test('gives the properties asked for, passes over unknown ones and keeps people to itself', async () => {
    const { body } = await acme.get(`${CONTACTS}?limit=1&properties=hs_object_id,nothing`);
    const [record] = body['results'] as unknown as ListedRecord[];
    expect(Object.keys(record?.properties ?? {}).sort()).toEqual([
      'createdate',
      'hs_object_id',
      'lastmodifieddate',
    ]);
  });

  test('shows every record once, whatever the size of its pages', async () => {
    const whole = await acme.listAll(DEALS, { properties: 'amount' });
    const small = await acme.listAll(DEALS, { properties: 'amount', limit: '37' });
    expect(small.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
    expect(whole.length).toBeGreaterThan(350);
  });

  test('has deleted deals among the archived only, and merged ones nowhere', async () => {
    const live = await acme.listAll(DEALS, { properties: 'hs_merged_object_ids' });
    const archived = await acme.listAll(DEALS, { archived: 'true' });
    const merged = live.flatMap((one) => one.properties['hs_merged_object_ids']?.split(';') ?? []);
    const shown = new Set([...live, ...archived].map(({ id }) => id));
    expect(archived.length).toBeGreaterThan(0);
    expect(archived.every((one) => one.archived)).toBe(true);
    expect(live.every((one) => !one.archived)).toBe(true);
    expect(merged.length).toBeGreaterThan(0);
    expect(merged.some((id) => shown.has(id))).toBe(false);
  });

  test('is text or null in every value; a hub without multi-currency has no home amount', async () => {
    const solo = new HubSpotVisit(sandbox);
    await solo.connect('solo');
    const deals = await solo.listAll(DEALS, {
      properties: 'amount,amount_in_home_currency,deal_currency_code',
    });
    expect(new Set(deals.map((one) => one.properties['amount_in_home_currency']))).toEqual(
      new Set([null]),
    );
    expect(deals.some((one) => 'deal_currency_code' in one.properties)).toBe(false);
    expect(deals.some((one) => one.properties['amount'] !== null)).toBe(true);
  });

  test('has stages with numbers for ids, amounts without value and open deals past their date', async () => {
    const deals = await acme.listAll(DEALS, {
      properties: 'amount,dealstage,hs_is_closed,hs_is_closed_won,closedate,deal_currency_code',
    });
    const has = (is: (values: ListedRecord['properties']) => boolean) =>
      deals.some(({ properties }) => is(properties));
    expect(
      has((one) => one['hs_is_closed_won'] === 'true' && one['dealstage'] !== 'closedwon'),
    ).toBe(true);
    expect(has((one) => one['amount'] === null)).toBe(true);
    expect(
      has((one) => one['hs_is_closed'] === 'false' && (one['closedate'] ?? '9') < '2026-11'),
    ).toBe(true);
    expect(new Set(deals.map((one) => one.properties['deal_currency_code'])).size).toBe(4);
  });
});

describe('a search of HubSpot', () => {
  test('counts contacts of a day with both ends inside', async () => {
    const contacts = await acme.listAll(CONTACTS, { properties: 'createdate' });
    const edge = contacts.find(({ properties }) =>
      /T0[45]:00:00\.000Z$/.test(properties['createdate'] ?? ''),
    );
    const at = String(Date.parse(edge?.properties['createdate'] ?? ''));
    expect((await acme.post(`${CONTACTS}/search`, between(at, at))).body['total']).toBe(1);
    expect(
      (await acme.post(`${CONTACTS}/search`, { filterGroups: [], limit: 1 })).body['total'],
    ).toBe(contacts.length);
  });

  test('pages by offset in the order asked for', async () => {
    const asked = {
      sorts: [{ propertyName: 'hs_lastmodifieddate', direction: 'DESCENDING' }],
      properties: ['hs_lastmodifieddate'],
      limit: 200,
    };
    const found: ListedRecord[] = [];
    let after: string | undefined = '0';
    while (after !== undefined) {
      const { body } = await acme.post(`${DEALS}/search`, { ...asked, after });
      found.push(...(body['results'] as unknown as ListedRecord[]));
      after = (body['paging'] as { next: { after: string } } | undefined)?.next.after;
      expect(body['total']).toBeGreaterThan(350);
    }
    const times = found.map((one) => one.properties['hs_lastmodifieddate'] ?? '');
    expect(times).toEqual(times.toSorted().toReversed());
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  });

  test('ends at 10,000 results, though more than that changed in one millisecond', async () => {
    const large = new HubSpotVisit(sandbox);
    await large.connect('large');
    await large.admin('business/hubspot/large', UNLIMITED);
    const at = Date.parse('2026-03-14T03:00:00.000Z');
    const page = (after: number, filters: object[] = []) =>
      large.post(`${DEALS}/search`, {
        filterGroups: [
          {
            filters: [
              { propertyName: 'hs_lastmodifieddate', operator: 'EQ', value: at },
              ...filters,
            ],
          },
        ],
        sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
        limit: 200,
        after: String(after),
      });
    const last = await page(9_800);
    expect([last.status, Number(last.body['total']) > 10_000]).toEqual([200, true]);
    expect((await page(10_000)).status).toBe(400);
    expect((await page(9_900)).status).toBe(400);
    const id = (last.body['results'] as unknown as ListedRecord[]).at(-1)?.id;
    const rest = await page(0, [{ propertyName: 'hs_object_id', operator: 'GT', value: id }]);
    expect(rest.body['total']).toBe(Number(last.body['total']) - 10_000);
  });

  test('lags behind what was written, where it is told to', async () => {
    const changed = filter('hs_lastmodifieddate', 'GTE', '2026-11-25T12:00:00Z');
    const total = async () => (await acme.post(`${DEALS}/search`, changed)).body['total'];
    const [deal] = await acme.listAll(DEALS, {});
    await acme.admin('business/hubspot/acme', { kind: 'index-lag', ms: 60_000 });
    const act = { kind: 'deal', id: Number(deal?.id), amount: 4_200 };
    await acme.admin('business/hubspot/acme', act);
    expect(await total()).toBe(0);
    expect((await acme.get(`${DEALS}/${deal?.id}?properties=amount`)).body).toMatchObject({
      properties: { amount: '42' },
    });
    await acme.admin('business/hubspot/acme', { kind: 'index-lag', ms: 0 });
    expect(await total()).toBe(1);
  });
});

describe('limits of HubSpot', () => {
  test('a burst is told in headers and ends in the policy of ten seconds', async () => {
    await acme.admin('business/hubspot/acme', { kind: 'limits', burst: 3, search: null });
    const answers = [];
    for (let call = 0; call < 200 && answers.at(-1)?.status !== 429; call += 1) {
      answers.push(await acme.get('/account-info/2026-03/details'));
    }
    const last = answers.at(-1);
    expect(last?.body).toMatchObject({
      errorType: 'RATE_LIMIT',
      policyName: 'TEN_SECONDLY_ROLLING',
    });
    expect(last?.headers.get('x-hubspot-ratelimit-remaining')).toBe('0');
    expect(last?.headers.get('x-hubspot-ratelimit-max')).toBe('3');
    expect(last?.headers.get('retry-after')).toBeNull();
  });

  test('searches are counted by the second, without headers', async () => {
    await acme.admin('business/hubspot/acme', { kind: 'limits', burst: null, search: 0 });
    const answer = await acme.post(`${DEALS}/search`, { limit: 1 });
    expect(answer.body).toMatchObject({
      policyName: 'SECONDLY',
      message: 'You have reached your secondly limit.',
    });
    expect([...answer.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
  });

  test('the daily limit stops everything', async () => {
    await acme.admin('business/hubspot/acme', { kind: 'daily-limit', reached: true });
    const answer = await acme.get(DEALS);
    expect([answer.status, answer.body['policyName']]).toEqual([429, 'DAILY']);
    await acme.admin('business/hubspot/acme', { kind: 'daily-limit', reached: false });
  });
});
