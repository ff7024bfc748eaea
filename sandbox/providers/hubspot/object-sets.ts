import type { CrmBook } from '../../business/crm/book.js';
import { contactModifiedAt } from '../../business/crm/contacts.js';
import type { Contact, DealState } from '../../business/crm/types.js';
import { contactProperties } from './contact-properties.js';
import { dealProperties } from './deal-properties.js';
import {
  type CrmRecord,
  type HistoryEntry,
  iso,
  type ObjectSet,
  type PropertyOf,
} from './records.js';

/** Deleted records can be listed this long. */
const ARCHIVE_MS = 90 * 86_400_000;

/** An account's deals at an instant. Merged ones are nowhere, deleted ones only among the archived. */
export function dealSet(book: CrmBook, now: number): ObjectSet {
  const properties = dealProperties(book, now);
  const read = reader(properties);
  const live: CrmRecord[] = [];
  const archived: CrmRecord[] = [];
  for (const state of book.deals(now)) {
    if (state.gone?.kind === 'merged') continue;
    const archivedAt = state.gone?.at ?? null;
    if (archivedAt !== null && archivedAt < now - ARCHIVE_MS) continue;
    (archivedAt === null ? live : archived).push({
      id: state.deal.id,
      createdAt: state.deal.createdAt,
      updatedAt: state.modifiedAt,
      archivedAt,
      value: (name) => read(name, state),
      history: (name) =>
        name === 'dealstage' ? stageHistory(state, book.account.domain) : undefined,
    });
  }
  const byDefault = ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'];
  const always = ['createdate', 'hs_lastmodifieddate', 'hs_object_id'];
  return { type: '0-3', properties, byDefault, always, live, archived };
}

/** An account's contacts at an instant; erased ones are gone for good. */
export function contactSet(book: CrmBook, now: number): ObjectSet {
  const properties = contactProperties(now);
  const read = reader<Contact>(properties);
  const live = book.contacts(now).map((contact) => ({
    id: contact.id,
    createdAt: contact.createdAt,
    updatedAt: contactModifiedAt(contact, now),
    archivedAt: null,
    value: (name: string) => read(name, contact),
    history: () => undefined,
  }));
  const byDefault = ['email', 'firstname', 'lastname'];
  const always = ['createdate', 'lastmodifieddate', 'hs_object_id'];
  return { type: 'contacts', properties, byDefault, always, live, archived: [] };
}

function reader<R>(
  properties: readonly PropertyOf<R>[],
): (name: string, record: R) => string | null | undefined {
  const byName = new Map(properties.map((property) => [property.name, property]));
  return (name, record) => byName.get(name)?.read(record);
}

function stageHistory(state: DealState, domain: string): HistoryEntry[] {
  return state.path
    .map(({ stage, at }) => ({
      value: stage,
      timestamp: iso(at),
      sourceType: 'CRM_UI',
      sourceId: `seller${state.deal.id % 4}@${domain}`,
    }))
    .toReversed();
}
