import type { Connector } from '../connector.js';
import type { ProviderAnswer } from '../provider-client.js';

/** Bodies that come from a proxy, a page of maintenance or a change of the provider's. */
const BODIES: readonly unknown[] = [undefined, null, 'oops', 7, [], {}, { error: 'x' }];
const FAILURES = [401, 429, 500, 503];

/** What is wrong with how a connector takes answers: it sees each one, whatever its form. */
export function answerFaults({ judge, budget }: Connector): readonly string[] {
  const faults = new Set<string>();
  for (const status of [200, 400, 403, ...FAILURES]) {
    for (const body of BODIES) {
      const answer: ProviderAnswer = { status, headers: {}, body };
      const seen = `an answer ${status} with the body ${JSON.stringify(body) ?? 'nothing'}`;
      const verdict = called(() => judge?.(answer) ?? null);
      if ('threw' in verdict) faults.add(`judge throws over ${seen}: ${verdict.threw}.`);
      else if (verdict.gave?.kind === 'ok' && FAILURES.includes(status)) {
        faults.add(`judge takes ${seen} for a success.`);
      } else if (verdict.gave?.kind === 'revoked' && status >= 429) {
        faults.add(`judge takes ${seen} for a revocation: a passing fault would end connections.`);
      }
      const news = called(() => budget?.(answer) ?? null);
      if ('threw' in news) faults.add(`budget throws over ${seen}: ${news.threw}.`);
      else if (news.gave !== null && Object.values(news.gave).some((n) => !(Number(n) >= 0))) {
        faults.add(`budget tells no numbers of ${seen}: give null where nothing is said.`);
      }
    }
  }
  // One of a kind is enough to see what to change.
  return [...faults].slice(0, 3);
}

function called<T>(act: () => T): { gave: T } | { threw: string } {
  try {
    return { gave: act() };
  } catch (error) {
    return { threw: (error as Error).message };
  }
}
