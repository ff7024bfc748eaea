import { describe, expect, test } from '@jest/globals';
import { Zone } from '../../../sandbox/business/zone.js';
import { findConnectors } from '../../../src/connectors/registry.js';
import type { Granularity } from '../../../src/data-plane/metrics/catalogue/granularity.js';
import type { IntegrationFact } from '../../../src/data-plane/metrics/query/integration-facts.js';
import { planQuery } from '../../../src/data-plane/metrics/query/plan-query.js';
import { addDays, type Day, dayNumber, daysFrom } from '../../../src/kernel/calendar.js';
import { answered } from '../../connectors/support/answered.js';
import { anyDays } from '../../support/clock/any-days.js';
import { catalogue } from './support/made-data.js';

const days = anyDays((await findConnectors()).values());
const GRANULARITIES = ['day', 'week', 'month', 'quarter'] as const;

/** An account alone, several far apart, and none at all. */
const ACCOUNTS = [
  ['Europe/Berlin'],
  ['Pacific/Pago_Pago'],
  ['Pacific/Kiritimati', 'America/New_York', 'Pacific/Pago_Pago'],
  [],
];

describe.each(days)('on $why', ({ at }) => {
  test.each(ACCOUNTS.map((zones) => ({ zones })))(
    'what nobody asks for more exactly ends today in $zones',
    async ({ zones }) => {
      const facts = zones.map(factOf);
      const today = zones.map((zone) => new Zone(zone).dayOf(at)).toSorted();
      const to = today.at(-1) ?? new Date(at).toISOString().slice(0, 10);
      for (const granularity of GRANULARITIES) {
        const from = expectedFrom(to, granularity);
        const { range } = planOf(granularity, facts, at);
        expect({ granularity, ...range }).toEqual({ granularity, from, to });
      }
    },
  );

  test.each(GRANULARITIES)(
    'each %s has the days that it has in the calendar',
    async (granularity) => {
      const fact = factOf('Europe/Berlin');
      const today = new Zone('Europe/Berlin').dayOf(at);
      const first = addDays(today, -900);
      const points = Object.fromEntries(
        daysFrom(dayNumber(first), 901).map((day) => [day, 1] as const),
      );
      const made = { integrations: [fact], series: [{ metric: 'sessions', points }] };
      const { from, to, values } = await answered(catalogue, made, at, {
        metric: 'sessions',
        granularity,
        groupBy: [],
      });
      const expected = new Map<string, number>();
      for (let day = from; day <= to; day = addDays(day, 1)) {
        const key = `${periodOf(day, granularity)} `;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
      expect([...values]).toEqual([...expected]);
    },
  );

  test.each(GRANULARITIES)(
    'each %s is held against one before the range, or a year ago',
    (granularity) => {
      for (const compare of ['previous-period', 'previous-year'] as const) {
        const plan = planOf(granularity, [factOf('Europe/Berlin')], at, compare);
        const { range, compared } = plan;
        if (compared === null) throw new Error('Nothing is compared.');
        expect(compared.to < range.from || compare === 'previous-year').toBe(true);
        expect(compared.from <= compared.to).toBe(true);
        for (let day = range.from; day <= range.to; day = addDays(day, 1)) {
          if (day !== periodOf(day, granularity)) continue;
          const other = compared.counterpart(day);
          // Whole periods are held against whole periods; only a day may have none: 29, 30 or 31 of its month.
          if (other === null) expect([granularity, day.slice(8) > '28']).toEqual(['day', true]);
          else expect(other).toBe(periodOf(other, granularity));
        }
      }
    },
  );
});

function factOf(timeZone: string, at = 0): IntegrationFact {
  return { id: at === 0 ? 'int_one' : `int_${at}`, provider: 'visits', timeZone };
}

function planOf(
  granularity: Granularity,
  facts: readonly IntegrationFact[],
  at: number,
  compare?: 'previous-period' | 'previous-year',
) {
  const asked = {
    metric: ['sessions'],
    granularity,
    weekStart: 'monday' as const,
    groupBy: [],
    filter: [],
    ...(compare === undefined ? {} : { compare }),
  };
  return planQuery(asked, catalogue, facts, at);
}

/** 30 days, 12 weeks, 12 months, 8 quarters; worked out apart from the product. */
function expectedFrom(to: Day, granularity: Granularity): Day {
  if (granularity === 'day') return addDays(to, -29);
  if (granularity === 'week') return addDays(periodOf(to, 'week'), -77);
  const date = new Date(`${periodOf(to, granularity)}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - (granularity === 'month' ? 11 : 21));
  return date.toISOString().slice(0, 10);
}

function periodOf(day: Day, granularity: Granularity): Day {
  const date = new Date(`${day}T00:00:00Z`);
  if (granularity === 'day') return day;
  if (granularity === 'week') return addDays(day, -((date.getUTCDay() + 6) % 7));
  if (granularity === 'quarter') date.setUTCMonth(date.getUTCMonth() - (date.getUTCMonth() % 3), 1);
  else date.setUTCDate(1);
  return date.toISOString().slice(0, 10);
}
