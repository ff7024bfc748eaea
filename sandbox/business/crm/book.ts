import { Contacts } from './contacts.js';
import { dealState } from './deal-state.js';
import { Deals } from './deals.js';
import { inHome } from './money.js';
import { stageOf } from './pipelines.js';
import type { Contact, CrmAccount, Deal, DealEvent, DealState } from './types.js';
import { Zone } from '../zone.js';

interface Kept<T> {
  from: number;
  /** The first instant at which the answer may be another. */
  until: number;
  value: readonly T[];
}

/** One account's records at any instant. An answer is kept until the next thing happens. */
export class CrmBook {
  readonly zone: Zone;
  /** Another number after each amendment. */
  version = 0;
  readonly #deals: Deals;
  readonly #contacts: Contacts;
  readonly #amended = new Map<number, readonly DealEvent[]>();
  #states: Kept<DealState> | null = null;
  #people: Kept<Contact> | null = null;

  constructor(
    seed: string,
    readonly account: CrmAccount,
  ) {
    this.zone = new Zone(account.zone);
    this.#deals = new Deals(seed, account);
    this.#contacts = new Contacts(seed, account);
  }

  /** Lets something more happen to a deal. */
  amend(deal: number, event: DealEvent): void {
    this.#amended.set(deal, [...(this.#amended.get(deal) ?? []), event]);
    this.#states = null;
    this.version += 1;
  }

  /** Every deal there ever was by `now`, gone ones too; in the order of their numbers. */
  deals(now: number): readonly DealState[] {
    if (!holds(this.#states, now)) {
      let until = this.#deals.nextMonthStart(now);
      const value: DealState[] = [];
      for (const written of this.#deals.until(now)) {
        const deal = this.#withAmendments(written);
        const state = dealState(deal, now);
        if (state !== null) value.push(state);
        else until = Math.min(until, deal.appearsAt);
        const next = deal.events.find((event) => event.at > now);
        if (next !== undefined) until = Math.min(until, next.at);
      }
      this.#states = { from: now, until, value };
    }
    return this.#states?.value ?? [];
  }

  /** The contacts that exist at `now`, in the order of their numbers. */
  contacts(now: number): readonly Contact[] {
    if (!holds(this.#people, now)) {
      let until = this.#contacts.nextDayStart(now);
      const value: Contact[] = [];
      for (const contact of this.#contacts.until(now)) {
        const { createdAt, erasedAt } = contact;
        if (createdAt > now) until = Math.min(until, createdAt);
        else if (erasedAt === null || erasedAt > now) value.push(contact);
        if (erasedAt !== null && erasedAt > now) until = Math.min(until, erasedAt);
      }
      this.#people = { from: now, until, value };
    }
    return this.#people?.value ?? [];
  }

  /**
   * Minor units of the account's currency a deal is worth at `now`: the rate moves each month while it is
   * open and is that of its closing month afterwards. Null without an amount, or without multi-currency.
   */
  homeAmount(state: DealState, now: number): number | null {
    const { currency, otherCurrencies } = this.account;
    if (state.amount === null || otherCurrencies === null) return null;
    const closed = stageOf(state.deal.pipeline, state.stage).closed;
    const day = this.zone.dayOf(closed && state.closeAt !== null ? state.closeAt : now);
    return inHome(state.amount, state.deal.currency, currency, day.slice(0, 7));
  }

  /** From the first amendment on, what was amended replaces what would have come by itself. */
  #withAmendments(deal: Deal): Deal {
    const more = this.#amended.get(deal.id);
    const [first] = more ?? [];
    if (more === undefined || first === undefined) return deal;
    return { ...deal, events: [...deal.events.filter((event) => event.at < first.at), ...more] };
  }
}

function holds<T>(kept: Kept<T> | null, now: number): boolean {
  return kept !== null && now >= kept.from && now < kept.until;
}
