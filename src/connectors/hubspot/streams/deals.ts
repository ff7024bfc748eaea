import { currencyDigits } from '../../../kernel/currency.js';
import { dayNumber } from '../../../kernel/calendar.js';
import { decimalUnits } from '../../kit/read/decimal-units.js';
import type { PointSink } from '../../kit/points.js';
import type { Slice, Stream } from '../../kit/stream.js';
import { type Deal, DEAL_PROPERTIES, readDeal } from '../deals/deal.js';
import { listDeals } from '../deals/list-deals.js';
import { chanceOf, outcomeOf } from '../deals/outcome.js';
import { knowsHomeAmounts, type Pipelines, readPipelines } from '../deals/pipelines.js';

interface Context {
  pipelines: Pipelines;
  hasValues: boolean;
}

/** HubSpot prints chances as binary fractions, 0.200000000000000011…; this many digits are meant. */
const CHANCE_DIGITS = 10;

/** All deals, each time: their number is small, and each may change long after it closed. */
export const deals: Stream<Deal, Context> = {
  name: 'deals',
  metrics: [
    'crm.deals.created.count',
    'crm.deals.created.value',
    'crm.deals.won.count',
    'crm.deals.won.value',
    'crm.deals.lost.count',
    'crm.deals.cycle_days',
    'crm.deals.open.count',
    'crm.deals.open.value',
    'crm.deals.open.unvalued',
    'crm.deals.weighted_value',
  ],
  todayMetrics: [
    'crm.deals.open.count',
    'crm.deals.open.value',
    'crm.deals.open.unvalued',
    'crm.deals.weighted_value',
  ],
  covers: 'whole',
  sliceDays: 31,
  historyDays: 1_095,
  // A deal may be reopened or dated back long after its month.
  lookBackDays: 90,
  everyMinutes: 60,
  lookBackEveryHours: 24,
  recentDays: 90,
  scope: 'crm.objects.deals.read',
  async prepare(client) {
    return { pipelines: await readPipelines(client), hasValues: await knowsHomeAmounts(client) };
  },
  page: (client, _slice, cursor) => {
    const query = { limit: 100, properties: DEAL_PROPERTIES.join(',') };
    return listDeals(client, query, cursor, readDeal);
  },
  map(deal, slice, points, context) {
    const created = slice.clock.dayOf(deal.createdMs);
    points.add('crm.deals.created.count', created, 1);
    addValue(points, 'crm.deals.created.value', created, deal, slice, context, {});
    const outcome = outcomeOf(deal, context.pipelines);
    if (outcome === 'open') mapOpen(deal, slice, points, context);
    else if (deal.closesMs !== null)
      mapClosed(deal, outcome, deal.closesMs, slice, points, context);
  },
};

function mapOpen(deal: Deal, slice: Slice, points: PointSink, context: Context): void {
  const { pipeline, stage } = deal;
  const dimensions = { pipeline, stage };
  points.add('crm.deals.open.count', slice.today, 1, { dimensions });
  if (!context.hasValues) return;
  addValue(points, 'crm.deals.open.value', slice.today, deal, slice, context, dimensions);
  if (deal.value === null) points.add('crm.deals.open.unvalued', slice.today, 1, { dimensions });
  const { currency } = slice.account;
  if (currency === null) return;
  const units = decimalUnits(
    deal.value ?? '0',
    currencyDigits(currency),
    'amount_in_home_currency',
  );
  const chance = decimalUnits(chanceOf(deal, context.pipelines), CHANCE_DIGITS, 'a probability');
  points.addFraction(
    'crm.deals.weighted_value',
    slice.today,
    BigInt(units) * BigInt(chance),
    10n ** BigInt(CHANCE_DIGITS),
    { currency, dimensions: { pipeline } },
  );
}

function mapClosed(
  deal: Deal,
  outcome: 'won' | 'lost',
  closesMs: number,
  slice: Slice,
  points: PointSink,
  context: Context,
): void {
  const day = slice.clock.dayOf(closesMs);
  const dimensions = { pipeline: deal.pipeline };
  points.add(`crm.deals.${outcome}.count`, day, 1, { dimensions });
  if (outcome === 'lost') return;
  addValue(points, 'crm.deals.won.value', day, deal, slice, context, dimensions);
  const days = dayNumber(day) - dayNumber(slice.clock.dayOf(deal.createdMs));
  points.collect('crm.deals.cycle_days', `${day.slice(0, 7)}-01`, days * 10, { dimensions });
}

/** No amount counts as zero, where the account has amounts in its own currency at all. */
function addValue(
  points: PointSink,
  metric: string,
  day: string,
  deal: Deal,
  { account: { currency } }: Slice,
  { hasValues }: Context,
  dimensions: Readonly<Record<string, string>>,
): void {
  if (!hasValues || currency === null) return;
  const units = decimalUnits(
    deal.value ?? '0',
    currencyDigits(currency),
    'amount_in_home_currency',
  );
  points.add(metric, day, units, { currency, dimensions });
}
