import {
  BrokenPageError,
  MappingError,
  ProviderError,
} from '../../../connectors/kit/provider-errors.js';
import { sqlstateOf } from '../../../infrastructure/postgres/sqlstate.js';
import { AppError } from '../../../kernel/app-error.js';

/** What a failure means for the run. */
export type Failure =
  /** This page cannot be understood; all others may. */
  | { kind: 'page'; code: string; rule: string }
  /** This stream may not be read; all others may. */
  | { kind: 'stream'; code: string }
  /** Asked to wait: goes on by itself and is no failure. */
  | { kind: 'wait'; waitMs: number }
  /** Something has a fault; try again later, each time a little later. */
  | { kind: 'later'; code: string }
  /** Nothing changes soon: try again now and then. */
  | { kind: 'rarely'; code: string }
  /** Somebody has to connect it anew. */
  | { kind: 'ended'; code: string }
  /** Somebody else goes on with it. */
  | { kind: 'fenced' }
  /** The process is shutting down. */
  | { kind: 'stopped' };

const PAGE_CODES = new Set([
  'answer_too_large',
  'answer_too_deep',
  'answer_not_json',
  // A link to the next page that leads elsewhere.
  'outbound_refused',
]);
const ENDED_CODES = new Set(['grant_revoked', 'grant_missing', 'reconnect_needed']);
/** What this installation lacks, or the tenant has no room for; somebody may put it right at any time. */
const INSTALLATION_CODES = new Set(['provider_unknown', 'provider_not_configured', 'storage_full']);

/** @param error anything that was thrown while a run was at work */
export function judgeFailure(error: unknown): Failure {
  if (error instanceof ProviderError) return judgeProvider(error);
  if (error instanceof BrokenPageError) {
    return { kind: 'page', code: error.code, rule: error.rule };
  }
  if (error instanceof MappingError) {
    return { kind: 'page', code: error.code, rule: String(error.fields['fault']) };
  }
  if (!(error instanceof AppError)) return { kind: 'later', code: 'internal_error' };
  if (error.code === 'sync_fenced') return { kind: 'fenced' };
  if (error.code === 'sync_stopped') return { kind: 'stopped' };
  if (PAGE_CODES.has(error.code)) return { kind: 'page', code: error.code, rule: error.code };
  if (ENDED_CODES.has(error.code)) return { kind: 'ended', code: error.code };
  if (INSTALLATION_CODES.has(error.code)) return { kind: 'rarely', code: error.code };
  return { kind: 'later', code: error.code };
}

/**
 * What a connector's own code threw. A fault that is none of ours comes from a form of answer that its
 * reader did not think of. Its message may hold what it stumbled over, so only its name is told.
 */
export function asPageFault(error: unknown): unknown {
  if (error instanceof AppError || sqlstateOf(error) !== undefined) return error;
  const name = error instanceof Error ? error.constructor.name : 'something';
  return new MappingError(`its code threw a ${/^\w{1,40}$/.test(name) ? name : 'fault'}`);
}

function judgeProvider({ code, verdict }: ProviderError): Failure {
  switch (verdict.kind) {
    case 'slow-down':
      return { kind: 'wait', waitMs: verdict.waitMs };
    case 'unavailable':
      return { kind: 'later', code };
    case 'forbidden':
      return { kind: 'stream', code };
    case 'paused':
      return { kind: 'rarely', code };
    case 'revoked':
    case 'token-refused':
      return { kind: 'ended', code };
    case 'refused':
      return { kind: 'page', code, rule: 'the provider takes the request' };
  }
}
