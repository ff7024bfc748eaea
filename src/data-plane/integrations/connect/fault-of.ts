import { TokenRequestRefusedError } from '../../../connectors/kit/oauth/oauth.errors.js';
import { ProviderError } from '../../../connectors/kit/provider-errors.js';
import { AppError } from '../../../kernel/app-error.js';
import type { ConnectFault } from './connect-faults.js';

const AWAY = new Set(['outbound_timeout', 'outbound_failed']);
const BROKEN = new Set([
  'provider_page_broken',
  'answer_not_json',
  'answer_too_large',
  'answer_too_deep',
  'outbound_refused',
  'mapping_invalid',
]);

/** What a failed call of the provider means for a connection; null: it was no call of the provider that failed. */
export function faultOf(error: unknown): ConnectFault | null {
  if (isTimeout(error)) return 'connect_provider_away';
  if (error instanceof TokenRequestRefusedError) {
    return error.passing ? 'connect_provider_away' : 'connect_exchange_refused';
  }
  if (error instanceof ProviderError) return OF_VERDICT[error.verdict.kind];
  if (!(error instanceof AppError)) return null;
  if (AWAY.has(error.code)) return 'connect_provider_away';
  return BROKEN.has(error.code) ? 'connect_provider_broken' : null;
}

const OF_VERDICT = {
  'slow-down': 'connect_provider_away',
  unavailable: 'connect_provider_away',
  'token-refused': 'connect_not_permitted',
  revoked: 'connect_not_permitted',
  forbidden: 'connect_not_permitted',
  paused: 'connect_not_permitted',
  refused: 'connect_provider_broken',
} as const satisfies Record<ProviderError['verdict']['kind'], ConnectFault>;

/** Of `AbortSignal.timeout`. */
function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}
