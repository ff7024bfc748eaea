import { OPENED } from './accounts.js';
import { Chance } from '../chance.js';
import { dealLife } from './deal-life.js';
import type { CrmAccount, Deal } from './types.js';
import { Zone } from '../zone.js';

const DAY = 86_400_000;
const MONTH_IDS = 1_000;
const IMPORT_IDS = 500_000;
const FIRST_ID = 7_000_000;

/** All deals of an account that were created by some instant, oldest number first. */
export class Deals {
  readonly #zone: Zone;
  readonly #byMonth = new Map<string, Deal[]>();
  #imported: Deal[] | null = null;

  constructor(
    private readonly seed: string,
    private readonly account: CrmAccount,
  ) {
    this.#zone = new Zone(account.zone);
  }

  /** Those of every month up to that of `now`; also what is merged, deleted, or only comes later. */
  until(now: number): Deal[] {
    const found: Deal[] = [];
    const last = this.#zone.dayOf(now).slice(0, 7);
    for (let month = OPENED.slice(0, 7); month <= last; month = nextMonth(month)) {
      found.push(...this.#month(month));
    }
    if (this.account.bulkImport !== null) found.push(...this.#import(this.account.bulkImport));
    return found;
  }

  /** The first instant of the month after `now`: when `until` has more to say. */
  nextMonthStart(now: number): number {
    return this.#zone.startOf(`${nextMonth(this.#zone.dayOf(now).slice(0, 7))}-01`);
  }

  #month(month: string): Deal[] {
    const known = this.#byMonth.get(month);
    if (known !== undefined) return known;
    const chance = new Chance(this.seed, 'crm-deals', this.account.key, month);
    const start = this.#zone.startOf(`${month}-01`);
    const end = this.#zone.startOf(`${nextMonth(month)}-01`);
    const count = chance.whole(...this.account.dealsAMonth);
    const times = Array.from(
      { length: count },
      () => start + Math.floor(chance.next() * (end - start)),
    );
    // Where days meet: the first and the last instant of a month, there.
    times[0] = start;
    if (count > 1) times[1] = end - 1;
    times.sort((a, b) => a - b);
    const base = FIRST_ID + monthNumber(month) * MONTH_IDS;
    const deals = times.map((at, index) => dealLife(this.seed, this.account, base + index, at));
    merge(deals, chance);
    this.#byMonth.set(month, deals);
    return deals;
  }

  #import(bulk: { at: string; count: number }): Deal[] {
    if (this.#imported !== null) return this.#imported;
    const at = Date.parse(bulk.at);
    const chance = new Chance(this.seed, 'crm-import', this.account.key);
    this.#imported = Array.from({ length: bulk.count }, (_, index) => {
      const id = FIRST_ID + IMPORT_IDS + index;
      const deal = dealLife(this.seed, this.account, id, at - chance.whole(1, 280) * DAY, at);
      // Nearly all stay as they came, and so share one instant of last change.
      const events = chance.happens(0.03) ? deal.events : deal.events.filter((one) => one.at <= at);
      return { ...deal, events };
    });
    return this.#imported;
  }
}

/** Now and then two records of one deal are found and made one: the younger goes into the elder. */
function merge(deals: Deal[], chance: Chance): void {
  const [kept, gone] = [deals[2], deals[3]];
  if (kept === undefined || gone === undefined || !chance.happens(0.4)) return;
  const at = Math.max(kept.createdAt, gone.createdAt) + chance.whole(1, 20) * DAY;
  deals[2] = withEvent(kept, { at, kind: 'absorbed', id: gone.id });
  deals[3] = withEvent(gone, { at, kind: 'merged', into: kept.id });
}

function withEvent(deal: Deal, event: Deal['events'][number]): Deal {
  return { ...deal, events: [...deal.events, event].sort((a, b) => a.at - b.at) };
}

function monthNumber(month: string): number {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return (year - 2020) * 12 + number;
}

/** `2026-12` gives `2027-01`. */
export function nextMonth(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
