import type { MetricDefinition } from '../kit/metric.js';

const SUM = { kind: 'sum' } as const;
const LAST = { kind: 'last' } as const;

/** What HubSpot tells of deals and contacts. Days are in the account's zone, money in its own currency. */
export const metrics: readonly MetricDefinition[] = [
  {
    key: 'crm.contacts.total',
    title: 'Contacts',
    description: 'All contact records, unengaged ones too; not the same as marketing contacts.',
    unit: 'count',
    dimensions: [],
    aggregation: LAST,
  },
  {
    key: 'crm.contacts.new',
    title: 'New contacts',
    description: 'Contacts by the day they were made, as far as they still exist.',
    unit: 'count',
    dimensions: [],
    aggregation: SUM,
  },
  {
    key: 'crm.contacts.by_lifecycle',
    title: 'Contacts by lifecycle stage',
    description: 'Contacts in each lifecycle stage.',
    unit: 'count',
    dimensions: ['lifecyclestage'],
    aggregation: LAST,
  },
  {
    key: 'crm.deals.open.count',
    title: 'Open deals',
    description: 'Deals that are neither won nor lost.',
    unit: 'count',
    dimensions: ['pipeline', 'stage'],
    aggregation: LAST,
  },
  {
    key: 'crm.deals.open.value',
    title: 'Value of open deals',
    description: 'Amounts of open deals in the account’s currency at today’s rates.',
    unit: 'money',
    dimensions: ['pipeline', 'stage'],
    aggregation: LAST,
  },
  {
    key: 'crm.deals.open.unvalued',
    title: 'Open deals without amount',
    description: 'Open deals whose amount nobody entered: the value leaves them out.',
    unit: 'count',
    dimensions: ['pipeline', 'stage'],
    aggregation: LAST,
  },
  {
    key: 'crm.deals.weighted_value',
    title: 'Weighted pipeline',
    description: 'Amounts of open deals times the chance of their stage.',
    unit: 'money',
    dimensions: ['pipeline'],
    aggregation: LAST,
  },
  {
    key: 'crm.deals.won.count',
    title: 'Deals won',
    description: 'Deals won, on the day they closed.',
    unit: 'count',
    dimensions: ['pipeline'],
    aggregation: SUM,
  },
  {
    key: 'crm.deals.won.value',
    title: 'Value won',
    description: 'Amounts of deals won, in the account’s currency, on the day they closed.',
    unit: 'money',
    dimensions: ['pipeline'],
    aggregation: SUM,
  },
  {
    key: 'crm.deals.lost.count',
    title: 'Deals lost',
    description: 'Deals lost, on the day they closed.',
    unit: 'count',
    dimensions: ['pipeline'],
    aggregation: SUM,
  },
  {
    key: 'crm.deals.win_rate',
    title: 'Win rate',
    description: 'Deals won among those won or lost in the period.',
    unit: 'percent',
    dimensions: ['pipeline'],
    aggregation: {
      kind: 'ratio',
      numerator: [{ metric: 'crm.deals.won.count', factor: 1 }],
      denominator: [
        { metric: 'crm.deals.won.count', factor: 1 },
        { metric: 'crm.deals.lost.count', factor: 1 },
      ],
    },
  },
  {
    key: 'crm.deals.cycle_days',
    title: 'Sales cycle',
    description:
      'Median of the days from a deal’s creation to its close, of deals won in the month.',
    unit: 'days',
    decimals: 1,
    dimensions: ['pipeline'],
    aggregation: { kind: 'median', per: 'month' },
  },
  {
    key: 'crm.deals.created.count',
    title: 'Deals created',
    description: 'Deals by the day they were created.',
    unit: 'count',
    dimensions: [],
    aggregation: SUM,
  },
  {
    key: 'crm.deals.created.value',
    title: 'Value created',
    description: 'Amounts, as they are now, of deals by the day they were created.',
    unit: 'money',
    dimensions: [],
    aggregation: SUM,
  },
  {
    key: 'crm.stage_conversion.entered',
    title: 'Deals that reached a stage',
    description:
      'Deals by the day they were created, that reached the stage “from” or one beyond it.',
    unit: 'count',
    dimensions: ['pipeline', 'from', 'to'],
    aggregation: SUM,
  },
  {
    key: 'crm.stage_conversion.advanced',
    title: 'Deals that went on from a stage',
    description:
      'Deals by the day they were created, that reached the stage “to” or one beyond it.',
    unit: 'count',
    dimensions: ['pipeline', 'from', 'to'],
    aggregation: SUM,
  },
  {
    key: 'crm.stage_conversion',
    title: 'Stage conversion',
    description:
      'Of the deals created in the period that reached a stage, those that reached the next.',
    unit: 'percent',
    dimensions: ['pipeline', 'from', 'to'],
    aggregation: {
      kind: 'ratio',
      numerator: [{ metric: 'crm.stage_conversion.advanced', factor: 1 }],
      denominator: [{ metric: 'crm.stage_conversion.entered', factor: 1 }],
    },
  },
];
