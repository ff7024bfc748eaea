import { contactModifiedAt, LIFECYCLE, lifecycleAt } from '../../business/crm/contacts.js';
import type { Contact } from '../../business/crm/types.js';
import { iso, type PropertyOf } from './records.js';

/** The properties contacts have. A listing that names none gets names and e-mail addresses. */
export function contactProperties(now: number): readonly PropertyOf<Contact>[] {
  return [
    text('firstname', 'First Name', (contact) => contact.firstName),
    text('lastname', 'Last Name', (contact) => contact.lastName),
    text('email', 'Email', (contact) => contact.email),
    text('phone', 'Phone Number', (contact) => contact.phone),
    text('mobilephone', 'Mobile Phone Number', () => null),
    {
      name: 'lifecyclestage',
      label: 'Lifecycle Stage',
      type: 'enumeration',
      fieldType: 'radio',
      options: LIFECYCLE.map(({ id, label }) => ({ value: id, label })),
      read: (contact) => lifecycleAt(contact, now),
    },
    date('createdate', 'Create Date', (contact) => contact.createdAt),
    date('lastmodifieddate', 'Last Modified Date', (contact) => contactModifiedAt(contact, now)),
    {
      name: 'hs_object_id',
      label: 'Record ID',
      type: 'number',
      fieldType: 'number',
      read: (contact) => String(contact.id),
    },
  ];
}

type Read = PropertyOf<Contact>['read'];

function text(name: string, label: string, read: Read): PropertyOf<Contact> {
  return { name, label, type: 'string', fieldType: 'text', read };
}

function date(name: string, label: string, at: (contact: Contact) => number): PropertyOf<Contact> {
  return { name, label, type: 'datetime', fieldType: 'date', read: (contact) => iso(at(contact)) };
}
