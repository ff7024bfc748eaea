import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TrueValue } from '../../sandbox/business/true-value.js';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { HubSpotVisit, type ListedRecord } from './hubspot-visit.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const DEALS = '/crm/objects/2026-03/0-3';
const CONTACTS = '/crm/objects/2026-03/contacts';
const PROPERTIES =
  'amount_in_home_currency,dealstage,pipeline,closedate,hs_is_closed,hs_is_closed_won,hs_deal_stage_probability';

/** Gives the day that an instant, as text, is on in a zone. */
function dayIn(zone: string): (text: string | null | undefined) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
  return (text) => format.format(Date.parse(text ?? ''));
}

async function truthOf(seed: string, now: number): Promise<string> {
  const sandbox = await startSandbox({ seed, now: () => now });
  try {
    return JSON.stringify(await new HubSpotVisit(sandbox).admin('truth/hubspot/acme'));
  } finally {
    await sandbox.close();
  }
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());

/** Sums of text decimals, in ten-thousandths. */
const sums = (pairs: readonly (readonly [string, bigint])[]) => {
  const found = new Map<string, bigint>();
  for (const [label, value] of pairs) found.set(label, (found.get(label) ?? 0n) + value);
  return found;
};
const counted = (labels: readonly string[]) =>
  Object.fromEntries(
    [...sums(labels.map((label) => [label, 1n]))].map(([label, sum]) => [label, String(sum)]),
  );
const money = (pairs: readonly (readonly [string, bigint])[], digits: number) =>
  Object.fromEntries(
    [...sums(pairs)].map(([label, sum]) => [label, (Number(sum) / 10_000).toFixed(digits)]),
  );
const scaled = (text: string | null | undefined) =>
  BigInt(Math.round(Number(text ?? 0) * 100)) * 100n;

const homeAmount = (one: ListedRecord) => scaled(one.properties['amount_in_home_currency']);

describe.each([
  ['acme', 'US/Eastern', 2],
  ['large', 'Asia/Tokyo', 0],
  ['test', 'Pacific/Auckland', 2],
])('what the API of %s shows adds up to the truth', (key, zone, digits) => {
  let deals: ListedRecord[];
  let contacts: ListedRecord[];
  let truth: TrueValue[];
  const day = dayIn(zone);
  const today = () => day(new Date(NOW).toISOString());

  beforeAll(async () => {
    const visit = new HubSpotVisit(sandbox);
    await visit.connect(key);
    await visit.admin(`business/hubspot/${key}`, { kind: 'limits', burst: null, search: null });
    deals = await visit.listAll(DEALS, { properties: PROPERTIES });
    contacts = await visit.listAll(CONTACTS, { properties: 'lifecyclestage' });
    truth = ((await visit.admin(`truth/hubspot/${key}`)) as { metrics: TrueValue[] }).metrics;
  });

  const flat = (metric: string) =>
    Object.fromEntries(
      truth
        .filter((row) => row.metric === metric)
        .map((row) => [[row.day, ...Object.values(row.dimensions)].join(' '), row.value]),
    );

  const inStage = ({ properties }: ListedRecord) =>
    `${today()} ${properties['pipeline']} ${properties['dealstage']}`;
  const createdOn = (one: ListedRecord) => day(one.properties['createdate']);
  const closedOn = (one: ListedRecord) =>
    `${day(one.properties['closedate'])} ${one.properties['pipeline']}`;
  const month = (one: ListedRecord) =>
    `${day(one.properties['closedate']).slice(0, 7)}-01 ${one.properties['pipeline']}`;
  const open = () => deals.filter(({ properties }) => properties['hs_is_closed'] === 'false');
  const won = () => deals.filter(({ properties }) => properties['hs_is_closed_won'] === 'true');

  test('contacts', () => {
    expect(flat('crm.contacts.total')).toEqual({ [today()]: String(contacts.length) });
    const created = contacts.map(({ properties }) => day(properties['createdate']));
    expect(flat('crm.contacts.new')).toEqual(counted(created));
    const stages = contacts
      .filter(({ properties }) => properties['lifecyclestage'] !== null)
      .map(({ properties }) => `${today()} ${properties['lifecyclestage']}`);
    expect(flat('crm.contacts.by_lifecycle')).toEqual(counted(stages));
  });

  test('open deals, their value and their weighted value', () => {
    expect(flat('crm.deals.open.count')).toEqual(counted(open().map(inStage)));
    const values = open().map((one) => [inStage(one), homeAmount(one)] as const);
    expect(flat('crm.deals.open.value')).toEqual(money(values, digits));
    const weighted = open().map((one) => {
      const tenths = Math.round(Number(one.properties['hs_deal_stage_probability']) * 10);
      return [
        `${today()} ${one.properties['pipeline']}`,
        (homeAmount(one) * BigInt(tenths)) / 10n,
      ] as const;
    });
    expect(flat('crm.deals.weighted_value')).toEqual(money(weighted, digits));
    const unvalued = open().filter((one) => one.properties['amount_in_home_currency'] === null);
    expect(flat('crm.deals.open.unvalued')).toEqual(counted(unvalued.map(inStage)));
  });

  test('won and created deals by day', () => {
    expect(flat('crm.deals.won.count')).toEqual(counted(won().map(closedOn)));
    expect(flat('crm.deals.won.value')).toEqual(
      money(
        won().map((one) => [closedOn(one), homeAmount(one)] as const),
        digits,
      ),
    );
    expect(flat('crm.deals.created.count')).toEqual(counted(deals.map(createdOn)));
    expect(flat('crm.deals.created.value')).toEqual(
      money(
        deals.map((one) => [createdOn(one), homeAmount(one)] as const),
        digits,
      ),
    );
  });

  test('win rates and the days from creation to a won deal', () => {
    const closed = deals.filter((one) => one.properties['hs_is_closed'] === 'true');
    const rates = truth.filter((row) => row.metric === 'crm.deals.win_rate');
    const part = (name: 'numerator' | 'denominator') =>
      Object.fromEntries(
        rates.map((row) => [`${row.day} ${row.dimensions['pipeline']}`, row[name]]),
      );
    expect(part('denominator')).toEqual(counted(closed.map(month)));
    const none = Object.fromEntries(closed.map((one) => [month(one), '0']));
    expect(part('numerator')).toEqual({ ...none, ...counted(won().map(month)) });
    const groups = new Map<string, ListedRecord[]>();
    for (const one of won()) groups.set(month(one), [...(groups.get(month(one)) ?? []), one]);
    const medians = [...groups].map(([label, group]) => {
      const days = group
        .map(
          ({ properties }) =>
            Date.parse(day(properties['closedate'])) - Date.parse(day(properties['createdate'])),
        )
        .map((ms) => ms / 86_400_000)
        .sort((a, b) => a - b);
      const [low = 0, high = 0] = [days[(days.length - 1) >> 1], days[days.length >> 1]];
      return [label, ((low + high) / 2).toFixed(1)];
    });
    expect(flat('crm.deals.cycle_days')).toEqual(Object.fromEntries(medians));
  });
});

test('the history of stages adds up to the true conversions', async () => {
  const visit = new HubSpotVisit(sandbox);
  await visit.connect('acme');
  const deals = await visit.listAll(DEALS, {
    limit: '50',
    properties: 'pipeline',
    propertiesWithHistory: 'dealstage',
  });
  const order = [
    'appointmentscheduled',
    'qualifiedtobuy',
    'presentationscheduled',
    'decisionmakerboughtin',
    'contractsent',
    'closedwon',
  ];
  const month = '2026-05';
  const day = dayIn('US/Eastern');
  const cohort = deals
    .filter((one) => one.properties['pipeline'] === 'default')
    .filter((one) => day(one.properties['createdate']).startsWith(month));
  const furthest = cohort.map((one) =>
    Math.max(
      ...(one.propertiesWithHistory?.['dealstage'] ?? []).map(({ value }) => order.indexOf(value)),
    ),
  );
  const reached = (step: number) => furthest.filter((far) => far >= step).length;
  const { metrics } = (await visit.admin(
    `truth/hubspot/acme?metric=crm.stage_conversion&from=${month}-01&to=${month}-01`,
  )) as { metrics: TrueValue[] };
  const told = metrics
    .filter((row) => row.dimensions['pipeline'] === 'default')
    .map((row) => [row.dimensions['from'], row.numerator, row.denominator]);
  expect(told).toEqual(
    order
      .slice(0, -1)
      .map((from, step) => [from, String(reached(step + 1)), String(reached(step))])
      .filter(([, , all]) => all !== '0'),
  );
  expect(told.length).toBeGreaterThan(3);
});

test('a hub without multi-currency has counts and no money at all', async () => {
  const visit = new HubSpotVisit(sandbox);
  const { metrics } = (await visit.admin('truth/hubspot/solo')) as { metrics: TrueValue[] };
  expect(metrics.filter((row) => row.currency !== undefined)).toEqual([]);
  expect(metrics.some((row) => row.metric === 'crm.deals.won.count')).toBe(true);
});

test('the truth is the same for the same seed, another for another, and moves with time', async () => {
  const [first, again, other, later] = [
    await truthOf('one', NOW),
    await truthOf('one', NOW),
    await truthOf('two', NOW),
    await truthOf('one', NOW + 40 * 86_400_000),
  ];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(later).not.toBe(first);
});

test('a deal that is reopened leaves the month it was won in', async () => {
  const visit = new HubSpotVisit(sandbox);
  await visit.connect('acme');
  const deals = await visit.listAll(DEALS, { properties: 'dealstage,pipeline,closedate' });
  const deal = deals.findLast((one) => one.properties['dealstage'] === 'closedwon');
  const count = async () => {
    const { metrics } = (await visit.admin('truth/hubspot/acme?metric=crm.deals.won.count')) as {
      metrics: TrueValue[];
    };
    return metrics.reduce((sum, row) => sum + Number(row.value), 0);
  };
  const before = await count();
  const change = { kind: 'deal', id: Number(deal?.id), stage: 'contractsent' };
  await visit.admin('business/hubspot/acme', change);
  expect(await count()).toBe(before - 1);
});
