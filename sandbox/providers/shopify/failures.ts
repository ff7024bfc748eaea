import type { ErrorAnswer } from '../../core/provider-module.js';

const WORDS: Readonly<Record<number, string>> = {
  401: '[API] Invalid API key or access token (unrecognized login or wrong password)',
  402: 'Unavailable Shop',
  403: '[API] This action requires merchant approval for the scope it needs.',
  404: 'Not Found',
  423: 'Locked',
  429: 'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.',
};

export function shopifyFailure(status: number): ErrorAnswer {
  const errors = WORDS[status] ?? 'Internal Server Error';
  return { status, headers: status === 429 ? { 'retry-after': '2.0' } : {}, body: { errors } };
}
