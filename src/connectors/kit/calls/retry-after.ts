const MAX_MS = 24 * 3_600_000;

/** `Wed, 25 Nov 2026 12:00:30 GMT`, and the older form with dashes. */
const HTTP_DATE = /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;

/** `Retry-After` in milliseconds from now: seconds (fractions too) or a date. Null: absent or unreadable. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}(?:\.\d{1,6})?$/.test(text))
    return Math.min(Math.ceil(Number(text) * 1_000), MAX_MS);
  // `Date.parse` reads almost anything.
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(Math.max(at - nowMs, 0), MAX_MS);
}
