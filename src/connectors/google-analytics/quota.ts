import type { BudgetNews, ProviderAnswer, Verdict } from '../kit/provider-client.js';
import { optionalList } from '../kit/read/optional-list.js';
import { optionalWhole } from '../kit/read/optional-whole.js';
import { property } from '../kit/read/property.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Tokens an hour that one project may take from a standard property; a 360 one has ten times that. */
const TOKENS_AN_HOUR = 14_000;

/** What most requests cost less than. */
const TOKENS_A_CALL = 10;

/** There is no Retry-After: the message says which limit it was. */
const WAITS: readonly [RegExp, number][] = [
  [/concurrent requests/i, 30_000],
  [/thresholded requests/i, 30 * MINUTE_MS],
  // Until midnight in California; asked again every hour, since nobody says when that is.
  [/per day/i, HOUR_MS],
  [/per hour/i, 30 * MINUTE_MS],
];

export function slowDown({ status, body }: ProviderAnswer): Verdict | null {
  if (status !== 429) return null;
  const message = String(property(property(body, 'error'), 'message') ?? '');
  const wait = WAITS.find(([pattern]) => pattern.test(message))?.[1];
  return { kind: 'slow-down', waitMs: wait ?? 30_000 };
}

/** The quota is shared with every other tool on the property: the last fifth is spread, the last twentieth left alone. */
export function quotaNews({ body }: ProviderAnswer, now = Date.now()): BudgetNews | null {
  const answers = [body, ...(isObject(body) ? (optionalList(body, 'reports') ?? []) : [])];
  const left = answers
    .map((answer) => property(property(answer, 'propertyQuota'), 'tokensPerProjectPerHour'))
    .filter(isObject)
    .map((quota) => optionalWhole(quota, 'remaining') ?? 0);
  if (left.length === 0) return null;
  const remaining = Math.min(...left);
  const resetMs = HOUR_MS - (now % HOUR_MS);
  if (remaining < TOKENS_AN_HOUR / 20) return { pauseMs: resetMs };
  if (remaining >= TOKENS_AN_HOUR / 5) return null;
  return { remaining: Math.floor(remaining / TOKENS_A_CALL), resetMs };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
