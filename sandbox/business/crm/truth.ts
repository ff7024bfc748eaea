import type { CrmBook } from './book.js';
import { lifecycleAt } from './contacts.js';
import { decimalText, digitsOf } from './money.js';
import { PIPELINES, stageOf } from './pipelines.js';
import { conversions } from './stage-conversion.js';
import { ratio, type TrueValue } from '../true-value.js';
import type { DealState } from './types.js';
import { daysBetween } from '../zone.js';

/** Every CRM metric of an account as its own records have it at `now`; sandbox/providers/hubspot/README.md defines each. */
export function crmTruth(book: CrmBook, now: number): TrueValue[] {
  const today = book.zone.dayOf(now);
  const live = book.deals(now).filter((state) => state.gone === null);
  const sums = new Sums(book.account.currency);
  contacts(sums, book, now, today);
  open(sums, book, live, now, today);
  decided(sums, book, live, now);
  for (const state of live) {
    const day = book.zone.dayOf(state.deal.createdAt);
    sums.count('crm.deals.created.count', day, {});
    sums.money('crm.deals.created.value', day, {}, book.homeAmount(state, now), book);
  }
  return [
    ...sums.values(),
    ...medians(book, live),
    ...winRates(book, live),
    ...conversions(book, live),
  ];
}

function contacts(sums: Sums, book: CrmBook, now: number, today: string): void {
  for (const contact of book.contacts(now)) {
    sums.count('crm.contacts.total', today, {});
    sums.count('crm.contacts.new', book.zone.dayOf(contact.createdAt), {});
    const lifecyclestage = lifecycleAt(contact, now);
    if (lifecyclestage !== null) {
      sums.count('crm.contacts.by_lifecycle', today, { lifecyclestage });
    }
  }
}

function open(sums: Sums, book: CrmBook, live: DealState[], now: number, today: string): void {
  for (const state of live) {
    const { pipeline } = state.deal;
    const stage = stageOf(pipeline, state.stage);
    if (stage.closed) continue;
    const dimensions = { pipeline, stage: stage.id };
    const value = book.homeAmount(state, now);
    sums.count('crm.deals.open.count', today, dimensions);
    sums.money('crm.deals.open.value', today, dimensions, value, book);
    if (book.account.otherCurrencies !== null && value === null) {
      sums.count('crm.deals.open.unvalued', today, dimensions);
    }
    const weighted = value === null ? null : value * stage.tenths;
    sums.tenths('crm.deals.weighted_value', today, { pipeline }, weighted, book);
  }
}

function decided(sums: Sums, book: CrmBook, live: DealState[], now: number): void {
  for (const state of live) {
    const { pipeline } = state.deal;
    const outcome = outcomeOf(state);
    if (outcome === null || state.closeAt === null) continue;
    const day = book.zone.dayOf(state.closeAt);
    sums.count(`crm.deals.${outcome}.count`, day, { pipeline });
    if (outcome === 'won') {
      sums.money('crm.deals.won.value', day, { pipeline }, book.homeAmount(state, now), book);
    }
  }
}

function medians(book: CrmBook, live: DealState[]): TrueValue[] {
  const groups = new Map<string, number[]>();
  for (const state of live) {
    if (outcomeOf(state) !== 'won' || state.closeAt === null) continue;
    const closed = book.zone.dayOf(state.closeAt);
    const days = daysBetween(book.zone.dayOf(state.deal.createdAt), closed);
    const key = `${state.deal.pipeline} ${closed.slice(0, 7)}`;
    groups.set(key, [...(groups.get(key) ?? []), days]);
  }
  return [...groups].map(([key, days]) => {
    const [pipeline = '', month = ''] = key.split(' ');
    days.sort((a, b) => a - b);
    const middle = (days.length - 1) / 2;
    const twice = (days[Math.floor(middle)] ?? 0) + (days[Math.ceil(middle)] ?? 0);
    const value = decimalText((twice * 10) / 2, 1);
    return { metric: 'crm.deals.cycle_days', dimensions: { pipeline }, day: `${month}-01`, value };
  });
}

function winRates(book: CrmBook, live: DealState[]): TrueValue[] {
  const found: TrueValue[] = [];
  for (const pipeline of PIPELINES) {
    const months = new Map<string, { won: number; all: number }>();
    for (const state of live) {
      const outcome = outcomeOf(state);
      if (state.deal.pipeline !== pipeline.id || outcome === null || state.closeAt === null)
        continue;
      const month = book.zone.dayOf(state.closeAt).slice(0, 7);
      const counted = months.get(month) ?? { won: 0, all: 0 };
      counted.all += 1;
      if (outcome === 'won') counted.won += 1;
      months.set(month, counted);
    }
    for (const [month, { won, all }] of months) {
      found.push(ratio('crm.deals.win_rate', `${month}-01`, { pipeline: pipeline.id }, won, all));
    }
  }
  return found;
}

/** Won or lost; null while it is open. */
export function outcomeOf(state: DealState): 'won' | 'lost' | null {
  const stage = stageOf(state.deal.pipeline, state.stage);
  if (!stage.closed) return null;
  return stage.tenths === 10 ? 'won' : 'lost';
}

/** Half to even, as ledgers round. */
function roundTenths(tenths: bigint): bigint {
  const below = tenths / 10n;
  const rest = tenths % 10n;
  return rest > 5n || (rest === 5n && below % 2n === 1n) ? below + 1n : below;
}

/** Sums by metric, day and dimensions. Amounts are kept in tenths of a minor unit, exactly. */
class Sums {
  readonly #sums = new Map<string, { value: TrueValue; tenths: bigint; digits: number }>();

  constructor(private readonly currency: string) {}

  count(metric: string, day: string, dimensions: Record<string, string>): void {
    this.#add({ metric, dimensions, day, value: '' }, 10n, 0);
  }

  /** An absent amount adds nothing, but shows that there was something to add. */
  money(
    metric: string,
    day: string,
    dimensions: Record<string, string>,
    minor: number | null,
    book: CrmBook,
  ): void {
    this.tenths(metric, day, dimensions, minor === null ? null : minor * 10, book);
  }

  tenths(
    metric: string,
    day: string,
    dimensions: Record<string, string>,
    tenths: number | null,
    book: CrmBook,
  ): void {
    // Without multi-currency there is no amount in home currency: not offered, which is not zero.
    if (book.account.otherCurrencies === null) return;
    const label = { metric, currency: this.currency, dimensions, day, value: '' };
    this.#add(label, BigInt(tenths ?? 0), digitsOf(this.currency));
  }

  values(): TrueValue[] {
    return [...this.#sums.values()].map(({ value, tenths, digits }) => ({
      ...value,
      value: decimalText(roundTenths(tenths), digits),
    }));
  }

  #add(value: TrueValue, tenths: bigint, digits: number): void {
    const key = JSON.stringify([value.metric, value.day, value.dimensions]);
    const sum = this.#sums.get(key) ?? { value, tenths: 0n, digits };
    sum.tenths += tenths;
    this.#sums.set(key, sum);
  }
}
