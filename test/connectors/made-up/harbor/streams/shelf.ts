import { list } from '../../../../../src/connectors/kit/read/list.js';
import { oneOf } from '../../../../../src/connectors/kit/read/one-of.js';
import { whole } from '../../../../../src/connectors/kit/read/whole.js';
import type { Stream } from '../../../../../src/connectors/kit/stream.js';
import { depotPath } from '../account.js';

interface Pile {
  size: string;
  count: number;
}

/** What lies on the shelf now. Nobody can say what lay there yesterday. */
export const shelf: Stream<Pile> = {
  name: 'shelf',
  metrics: ['parcels.waiting'],
  covers: 'today',
  sliceDays: 1,
  historyDays: 1,
  lookBackDays: 1,
  everyMinutes: 15,
  lookBackEveryHours: 1,
  recentDays: 1,
  scope: 'parcels:read',
  async page(client, { account }) {
    const { body } = await client.get(`${depotPath(account.id)}/shelf`);
    const piles = list(body, 'waiting');
    return { rows: piles.map(narrow), records: piles.length, next: null };
  },
  map({ size, count }, { today }, points) {
    points.set('parcels.waiting', today, count, { dimensions: { size } });
  },
};

function narrow(pile: unknown): Pile {
  return { size: oneOf(pile, 'size', ['S', 'M', 'L']), count: whole(pile, 'count') };
}
