import type { Request } from 'express';
import type { ConnectorStrategy } from './connector-strategy.js';

/** What passport's strategies call when they are done; passport itself would set these on each request. */
interface Outcomes {
  redirect(url: string): void;
  success(): void;
  fail(challenge: unknown): void;
  error(error: unknown): void;
}

/** Runs the strategy once on this query. @returns the URL to send the browser to, or null when it came back */
export function runStrategy(
  strategy: ConnectorStrategy,
  query: Readonly<Record<string, string>>,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const outcomes: Outcomes = {
      redirect: resolve,
      success: () => resolve(null),
      fail: () => reject(strategy.failure ?? new Error('The strategy refused what it was given.')),
      error: (error) => reject(strategy.failure ?? error),
    };
    Object.assign(strategy, outcomes);
    // Of a request it reads the query alone.
    strategy.authenticate({ query } as unknown as Request);
  });
}
