import { OPENED } from './accounts.js';
import { canaryPerson } from '../canary.js';
import { Chance } from '../chance.js';
import type { Contact, CrmAccount } from './types.js';
import { weightedIndex } from './weighted-index.js';
import { shiftDay, Zone } from '../zone.js';

const DAY = 86_400_000;
const FIRST_ID = 30_000_000;
const DAY_IDS = 100;

/** The lifecycle as the hubs have it: the usual stages, and one of their own whose id is a number. */
export const LIFECYCLE: readonly { id: string; label: string }[] = [
  { id: 'subscriber', label: 'Subscriber' },
  { id: 'lead', label: 'Lead' },
  { id: 'marketingqualifiedlead', label: 'Marketing Qualified Lead' },
  { id: 'salesqualifiedlead', label: 'Sales Qualified Lead' },
  { id: 'opportunity', label: 'Opportunity' },
  { id: 'customer', label: 'Customer' },
  { id: 'evangelist', label: 'Evangelist' },
  { id: 'other', label: 'Other' },
  { id: '94718261', label: 'Ancien client' },
];

/** An account's contacts, made day by day. */
export class Contacts {
  readonly #zone: Zone;
  readonly #byDay = new Map<string, Contact[]>();

  constructor(
    private readonly seed: string,
    private readonly account: CrmAccount,
  ) {
    this.#zone = new Zone(account.zone);
  }

  /** Those of every day up to that of `now`, oldest number first; also erased and later ones. */
  until(now: number): Contact[] {
    const found: Contact[] = [];
    const today = this.#zone.dayOf(now);
    for (let day = OPENED; day <= today; day = shiftDay(day, 1)) found.push(...this.#day(day));
    return found;
  }

  /** The first instant of the day after `now`: when `until` has more to say. */
  nextDayStart(now: number): number {
    return this.#zone.startOf(shiftDay(this.#zone.dayOf(now), 1));
  }

  #day(day: string): Contact[] {
    const known = this.#byDay.get(day);
    if (known !== undefined) return known;
    const chance = new Chance(this.seed, 'crm-contacts', this.account.key, day);
    const start = this.#zone.startOf(day);
    const end = this.#zone.startOf(shiftDay(day, 1));
    const count = chance.whole(...this.account.contactsADay);
    const base = FIRST_ID + Math.round((Date.parse(day) - Date.parse(OPENED)) / DAY) * DAY_IDS;
    const contacts = Array.from({ length: count }, (_, index) => {
      let at = start + Math.floor(chance.next() * (end - start));
      // On the edges of the day, where a range that is off by one shows.
      if (index === 0 && chance.happens(0.3)) at = start;
      if (index === 1 && chance.happens(0.3)) at = end - 1;
      return contact(chance, base + index, at);
    });
    this.#byDay.set(day, contacts);
    return contacts;
  }
}

function contact(chance: Chance, id: number, createdAt: number): Contact {
  const person = canaryPerson(id);
  let step = weightedIndex(chance, [50, 35, 8, 4, 2, 1, 0, 2, 1]);
  const lifecycle: { at: number; stage: string | null }[] = [
    { at: createdAt, stage: chance.happens(0.08) ? null : (LIFECYCLE[step]?.id ?? null) },
  ];
  let at = createdAt;
  while (step < 6 && chance.happens(0.45)) {
    step += 1;
    at += chance.whole(1, 90) * DAY + chance.whole(0, 999);
    lifecycle.push({ at, stage: LIFECYCLE[step]?.id ?? null });
  }
  return {
    id,
    firstName: person.first,
    lastName: person.last,
    email: person.email,
    phone: person.phone,
    createdAt,
    lifecycle,
    erasedAt: chance.happens(0.02) ? createdAt + chance.whole(1, 300) * DAY : null,
  };
}

/** The stage of the lifecycle a contact is in at an instant; null for none. */
export function lifecycleAt(contact: Contact, now: number): string | null {
  return contact.lifecycle.findLast((step) => step.at <= now)?.stage ?? null;
}

/** When a contact was last changed. */
export function contactModifiedAt(contact: Contact, now: number): number {
  return contact.lifecycle.findLast((step) => step.at <= now)?.at ?? contact.createdAt;
}
