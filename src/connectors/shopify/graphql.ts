import type { ProviderAnswer, ProviderClient, Verdict } from '../kit/provider-client.js';
import { object } from '../kit/read/object.js';
import { optionalList } from '../kit/read/optional-list.js';
import { property } from '../kit/read/property.js';

/** Points a second that a standard shop's bucket refills by; where an answer does not say. */
const RESTORE_RATE = 100;

/** Asks and gives `data`. */
export async function ask(
  client: ProviderClient,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { body } = await client.post('/graphql.json', { query, variables });
  return object(body, 'data');
}

/** Errors come with status 200, and throttling too. */
export function judgeGraphql({ status, body }: ProviderAnswer): Verdict | null {
  if (status !== 200 || typeof body !== 'object' || body === null) return null;
  const errors = optionalList(body, 'errors') ?? [];
  if (errors.length === 0) return null;
  const codes = errors.map((error) => property(property(error, 'extensions'), 'code'));
  if (codes.includes('THROTTLED')) return { kind: 'slow-down', waitMs: waitFor(body) };
  if (codes.includes('ACCESS_DENIED'))
    return { kind: 'forbidden', what: 'a permission is missing' };
  if (codes.includes('INTERNAL_SERVER_ERROR')) return { kind: 'unavailable' };
  return { kind: 'refused', what: codes.filter((code) => typeof code === 'string').join(', ') };
}

/** Until the bucket holds what was asked for. */
function waitFor(body: object): number {
  const cost = property(property(body, 'extensions'), 'cost');
  const bucket = property(cost, 'throttleStatus');
  const lacking =
    Number(property(cost, 'requestedQueryCost')) - Number(property(bucket, 'currentlyAvailable'));
  const rate = Number(property(bucket, 'restoreRate')) || RESTORE_RATE;
  return Number.isFinite(lacking) ? Math.max(100, Math.ceil((lacking / rate) * 1000)) : 1_000;
}
