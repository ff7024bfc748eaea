import { SandboxError } from '../core/sandbox-error.js';

/** `{ now: '2026-11-25T12:00:00Z' }`, `{ now: 1790000000000 }` or `{ advanceMs: 3600000 }`. */
export function readInstant(body: unknown, current: number): number {
  const { now, advanceMs } = (body ?? {}) as { now?: unknown; advanceMs?: unknown };
  const instant =
    typeof advanceMs === 'number'
      ? current + advanceMs
      : typeof now === 'string'
        ? Date.parse(now)
        : now;
  if (typeof instant === 'number' && Number.isFinite(instant)) return instant;
  throw new SandboxError(400, 'Give now (ISO 8601 or ms since 1970) or advanceMs.');
}
