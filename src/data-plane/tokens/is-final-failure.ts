import type { TokenQuirks } from '../../connectors/kit/tokens.js';

/**
 * Whether a refresh that was refused will never go well again, because access was taken back: as the
 * connector says, else where the answer is OAuth's own `invalid_grant`. Everything else passes: a fault
 * there, a limit, an app that its operator set up wrongly.
 */
export function isFinalFailure(quirks: TokenQuirks, status: number, body: unknown): boolean {
  const verdict = quirks.refreshFailure?.(status, body) ?? null;
  if (verdict !== null) return verdict === 'final';
  return (status === 400 || status === 401) && errorOf(body) === 'invalid_grant';
}

function errorOf(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  return Object.hasOwn(body, 'error') ? (body as { error: unknown }).error : undefined;
}
