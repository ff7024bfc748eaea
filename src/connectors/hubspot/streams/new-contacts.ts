import { addDays, type Day } from '../../../kernel/calendar.js';
import type { Stream } from '../../kit/stream.js';
import { countContacts } from '../search-contacts.js';

/** Contacts by the day they were made: one count a day, so that nobody's record is read. */
export const newContacts: Stream<{ day: Day; total: number }> = {
  name: 'new-contacts',
  metrics: ['crm.contacts.new'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 820,
  // Contacts are erased, too.
  lookBackDays: 30,
  everyMinutes: 120,
  lookBackEveryHours: 24,
  recentDays: 2,
  scope: 'crm.objects.contacts.read',
  async page(client, slice, cursor) {
    const day = cursor ?? slice.to;
    const value = String(slice.clock.startOf(day));
    // Both ends belong to a BETWEEN.
    const highValue = String(slice.clock.startOf(addDays(day, 1)) - 1);
    const total = await countContacts(client, [
      { propertyName: 'createdate', operator: 'BETWEEN', value, highValue },
    ]);
    return { rows: [{ day, total }], records: 1, next: day > slice.from ? addDays(day, -1) : null };
  },
  map: (row, _slice, points) => points.set('crm.contacts.new', row.day, row.total),
};
