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
  async page(client, slice, cursor) {
    const { body } = await client.get('/things', {
      from: slice.from,
      to: slice.to,
      after: cursor ?? undefined,
    });
    const items = list(body, 'items');
    return { rows: items.map(narrow), records: items.length, next: optionalText(body, 'next') };
  },
  map(row, slice, points) {
    const day = slice.clock.dayOf(row.createdMs);
    points.add('things.count', day, 1, { dimensions: { kind: row.kind } });
  },
};

function narrow(item: unknown): Thing {
  return { kind: text(item, 'kind'), createdMs: Date.parse(text(item, 'created_at')) };
}
