import type { Session } from './types.js';

export const OTHER = '(other)';

/**
 * A report has room for so many different landing pages a day, query included: those with most visits (of
 * equals the first by name) stand for themselves, the rest is `(other)`.
 */
export function landingsShown(
  sessions: readonly Session[],
  room: number,
): (session: Session) => string {
  const visits = new Map<string, number>();
  for (const { landing } of sessions) visits.set(landing, (visits.get(landing) ?? 0) + 1);
  if (visits.size <= room) return (session) => session.landing;
  const ranked = [...visits].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const kept = new Set(ranked.slice(0, room).map(([landing]) => landing));
  return ({ landing }) => (kept.has(landing) ? landing : OTHER);
}
