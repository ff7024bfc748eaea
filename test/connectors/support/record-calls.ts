import type {
  ProviderAnswer,
  ProviderClient,
  Query,
} from '../../../src/connectors/kit/provider-client.js';
import { watchReads } from './watch-reads.js';

/** One call of a connector, and what it read of the answer. */
export interface RecordedCall {
  method: 'GET' | 'POST';
  path: string;
  query: Query;
  body: unknown;
  /** As it came. */
  answer: unknown;
  /** `data[].amount` */
  reads: Set<string>;
}

/** A client that goes on to another one and keeps all that passes. */
export function recordCalls(
  inner: ProviderClient,
  calls: RecordedCall[],
  change: (answer: unknown) => unknown = (answer) => answer,
): ProviderClient {
  const keep = (call: Omit<RecordedCall, 'answer' | 'reads'>, answer: ProviderAnswer) => {
    const reads = new Set<string>();
    const body = change(answer.body);
    calls.push({ ...call, answer: body, reads });
    return { ...answer, body: watchReads(body, (place) => reads.add(place)) };
  };
  return {
    get: async (path, query = {}) =>
      keep({ method: 'GET', path, query, body: undefined }, await inner.get(path, query)),
    post: async (path, body) =>
      keep({ method: 'POST', path, query: {}, body }, await inner.post(path, body)),
    params: inner.params,
    scopes: inner.scopes,
  };
}

/** All places that were read, of all calls; with the names of them alone where a field is asked about. */
export function readNames(calls: readonly RecordedCall[]): Set<string> {
  const places = calls.flatMap(({ reads }) => [...reads]);
  return new Set(
    places.flatMap((place) => place.split('.').map((name) => name.replaceAll('[]', ''))),
  );
}
