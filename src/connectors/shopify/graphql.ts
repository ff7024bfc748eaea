import type {
  BudgetNews,
  ProviderAnswer,
  ProviderClient,
  Verdict,
} from '../kit/provider-client.js';
import { object } from '../kit/read/object.js';
import { optionalList } from '../kit/read/optional-list.js';
import { property } from '../kit/read/property.js';

/** Points a second that a standard shop's bucket refills by; where an answer does not say. */
const RESTORE_RATE = 100;

/** The largest bucket is full again before that. */
const WAIT_MAX_MS = 60_000;

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
  const errors = optionalList(body, 'errors');
  if (errors.length === 0) return null;
  const codes = errors.map((error) => property(property(error, 'extensions'), 'code'));
  if (codes.includes('THROTTLED')) return { kind: 'slow-down', waitMs: waitFor(body) };
  if (codes.includes('ACCESS_DENIED'))
    return { kind: 'forbidden', what: 'a permission is missing' };
  if (codes.includes('INTERNAL_SERVER_ERROR')) return { kind: 'unavailable' };
  return { kind: 'refused', what: codes.filter(isCode).join(', ') };
}

/** A code of Shopify's (`undefinedField`), and not something that stands where one should. */
function isCode(code: unknown): boolean {
  return typeof code === 'string' && /^[A-Za-z_]{1,50}$/.test(code);
}

/** Be still until the bucket holds as much again as this query asked for: the next one asks for no less. */
export function budgetOf({ body }: ProviderAnswer): BudgetNews | null {
  const pauseMs = msUntilFull(body);
  return pauseMs === null || pauseMs <= 0 ? null : { pauseMs };
}

function waitFor(body: object): number {
  return Math.max(100, msUntilFull(body) ?? 1_000);
}

/** Until the bucket holds what was asked for; null where the answer does not say. */
function msUntilFull(body: unknown): number | null {
  const cost = property(property(body, 'extensions'), 'cost');
  const bucket = property(cost, 'throttleStatus');
  const lacking =
    Number(property(cost, 'requestedQueryCost')) - Number(property(bucket, 'currentlyAvailable'));
  if (!Number.isFinite(lacking)) return null;
  const told = Number(property(bucket, 'restoreRate'));
  const rate = told > 0 ? told : RESTORE_RATE;
  return Math.min(WAIT_MAX_MS, Math.ceil((lacking / rate) * 1000));
}
