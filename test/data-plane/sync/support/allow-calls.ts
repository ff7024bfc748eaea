import { Providers } from '../../../../src/connectors/providers.js';
import type { SyncApp } from './sync-app.js';

/** So many calls at once is what the teapot allows an account, while `work` goes on. */
export async function allowCalls<T>(
  app: SyncApp,
  concurrent: number,
  work: () => Promise<T>,
): Promise<T> {
  const { limits } = app.get(Providers).get('teapot').connector.facts;
  const before = limits.concurrent;
  limits.concurrent = concurrent;
  return work().finally(() => (limits.concurrent = before));
}
