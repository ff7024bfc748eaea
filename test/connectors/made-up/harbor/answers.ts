import type {
  BudgetNews,
  ProviderAnswer,
  Verdict,
} from '../../../../src/connectors/kit/provider-client.js';
import { property } from '../../../../src/connectors/kit/read/property.js';

/** Where the header is missing: the length of Harbor's window. */
const WINDOW_MS = 10_000;

/** Harbor's refusals say in `fault` what their status does not. */
export function judge(answer: ProviderAnswer): Verdict | null {
  const fault = property(answer.body, 'fault');
  if (answer.status === 403 && fault === 'grant_ended') return { kind: 'revoked' };
  if (answer.status === 409 && fault === 'depot_closed') {
    return { kind: 'paused', what: 'the depot is closed' };
  }
  if (answer.status !== 429) return null;
  return { kind: 'slow-down', waitMs: budget(answer)?.resetMs ?? WINDOW_MS };
}

/** `Harbor-Calls: left=37; again-in=8`, the latter in seconds. */
export function budget({ headers }: ProviderAnswer): BudgetNews | null {
  const [, left, again] =
    /^left=(\d{1,6}); again-in=(\d{1,4})$/.exec(headers['harbor-calls'] ?? '') ?? [];
  if (left === undefined || again === undefined) return null;
  return { remaining: Number(left), resetMs: Number(again) * 1_000 };
}
