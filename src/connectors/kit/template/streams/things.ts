import { addDays } from '../../../../kernel/calendar.js';
import { isoInstant } from '../../read/iso-instant.js';
import { list } from '../../read/list.js';
import { optionalText } from '../../read/optional-text.js';
import { text } from '../../read/text.js';
import type { Stream } from '../../stream.js';

/** Only what `map` needs: everything else of a record ends with its page. */
interface Thing {
  kind: string;
  createdMs: number;
}

/** TODO: one file a listing of the provider. */
export const things: Stream<Thing> = {
  name: 'things',
  metrics: ['things.count'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 730,
  lookBackDays: 30,
  everyMinutes: 60,
  lookBackEveryHours: 24,
  recentDays: 3,
  async page(client, { clock, from, to }, cursor) {
    const { body } = await client.get('/things', {
      // Days begin in the account's zone; the day after the last one is the first that is left out.
      from: new Date(clock.startOf(from)).toISOString(),
      before: new Date(clock.startOf(addDays(to, 1))).toISOString(),
      after: cursor ?? undefined,
    });
    const items = list(body, 'items');
    return { rows: items.map(narrow), records: items.length, next: optionalText(body, 'next') };
  },
  map({ kind, createdMs }, { clock }, points) {
    points.add('things.count', clock.dayOf(createdMs), 1, { dimensions: { kind } });
  },
};

function narrow(item: unknown): Thing {
  return { kind: text(item, 'kind'), createdMs: isoInstant(item, 'created_at') };
}
