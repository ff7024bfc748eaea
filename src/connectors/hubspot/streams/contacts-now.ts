import type { ProviderClient } from '../../kit/provider-client.js';
import { BrokenPageError } from '../../kit/provider-errors.js';
import { list } from '../../kit/read/list.js';
import { text } from '../../kit/read/text.js';
import type { Stream } from '../../kit/stream.js';
import { HUBSPOT_VERSION } from '../facts.js';
import { countContacts } from '../search-contacts.js';

interface Count {
  /** Null: all of them. */
  stage: string | null;
  total: number;
}

/** How many contacts there are, and in which lifecycle stage: first the whole, then one count a stage. */
export const contactsNow: Stream<Count, readonly string[]> = {
  name: 'contacts-now',
  metrics: ['crm.contacts.total', 'crm.contacts.by_lifecycle'],
  covers: 'today',
  sliceDays: 1,
  historyDays: 1,
  lookBackDays: 1,
  everyMinutes: 360,
  lookBackEveryHours: 24,
  recentDays: 1,
  scope: 'crm.objects.contacts.read',
  prepare: lifecycleStages,
  async page(client, _slice, cursor, stages) {
    const at = cursor === null ? -1 : Number(cursor);
    const stage = stages[at] ?? null;
    const total = await countContacts(client, [
      stage === null
        ? { propertyName: 'hs_object_id', operator: 'HAS_PROPERTY' }
        : { propertyName: 'lifecyclestage', operator: 'EQ', value: stage },
    ]);
    const next = at + 1 < stages.length ? String(at + 1) : null;
    return { rows: [{ stage, total }], records: 1, next };
  },
  map({ stage, total }, slice, points) {
    if (stage === null) points.set('crm.contacts.total', slice.today, total);
    else {
      const dimensions = { lifecyclestage: stage };
      points.set('crm.contacts.by_lifecycle', slice.today, total, { dimensions });
    }
  },
};

async function lifecycleStages(client: ProviderClient): Promise<readonly string[]> {
  const { body } = await client.get(`/crm/properties/${HUBSPOT_VERSION}/contacts`);
  const stage = list(body, 'results').find((it) => text(it, 'name') === 'lifecyclestage');
  if (stage === undefined) throw new BrokenPageError('contacts have the property lifecyclestage');
  return list(stage, 'options').map((option) => text(option, 'value'));
}
