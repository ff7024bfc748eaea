import type { ProviderClient } from '../../../src/connectors/kit/provider-client.js';

/** Thrown when a replay has no more answers: all that was to be seen is over. */
export class ReplayEnd extends Error {}

/** A client that gives these answers in their order, whatever it is asked. */
export function replay(answers: readonly unknown[], like: ProviderClient): ProviderClient {
  let at = 0;
  const next = async () => {
    if (at >= answers.length) throw new ReplayEnd('The replay is over.');
    const body = structuredClone(answers[at]);
    at += 1;
    return { status: 200, headers: {}, body };
  };
  return { get: next, post: next, params: like.params, scopes: like.scopes };
}
