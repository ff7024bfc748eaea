import type { ProviderClient } from '../kit/provider-client.js';
import { whole } from '../kit/read/whole.js';
import { HUBSPOT_VERSION } from './facts.js';

export interface ContactFilter {
  propertyName: 'createdate' | 'lifecyclestage' | 'hs_object_id';
  operator: 'BETWEEN' | 'EQ' | 'HAS_PROPERTY';
  value?: string;
  highValue?: string;
}

/** How many contacts fit. No contact is read: the one that comes along has an id and nothing else. */
export async function countContacts(
  client: ProviderClient,
  filters: readonly ContactFilter[],
): Promise<number> {
  const { body } = await client.post(`/crm/objects/${HUBSPOT_VERSION}/contacts/search`, {
    filterGroups: [{ filters }],
    properties: ['hs_object_id'],
    limit: 1,
  });
  return whole(body, 'total');
}
