import type { Connector } from '../connector.js';
import type { ProviderAnswer, Verdict } from '../provider-client.js';
import { retryAfterMs } from './retry-after.js';

/** Where a 429 does not say how long. */
export const SLOW_DOWN_MS = 2_000;

/** What an answer means: as the connector says, else by its status. */
export function judgeAnswer(
  connector: Pick<Connector, 'judge'>,
  answer: ProviderAnswer,
  nowMs: number,
): Verdict {
  return connector.judge?.(answer) ?? byStatus(answer, nowMs);
}

function byStatus({ status, headers }: ProviderAnswer, nowMs: number): Verdict {
  if (status >= 200 && status < 300) return { kind: 'ok' };
  if (status === 401) return { kind: 'token-refused' };
  if (status === 402 || status === 423) return { kind: 'paused', what: `status ${status}` };
  if (status === 403) return { kind: 'forbidden', what: 'status 403' };
  if (status === 429) {
    return {
      kind: 'slow-down',
      waitMs: retryAfterMs(headers['retry-after'], nowMs) ?? SLOW_DOWN_MS,
    };
  }
  if (status === 408 || status === 409 || status === 425 || status >= 500) {
    return { kind: 'unavailable' };
  }
  // Redirects too: nothing of a provider's API is elsewhere than its facts say.
  return { kind: 'refused', what: `status ${status}` };
}
