import type { TrueValue } from '../true-value.js';
import type { WebBook } from './web-book.js';

/**
 * People, each counted once in the stretch of days they are counted over: a day, the seven or twenty-eight
 * days that end with a day, a month. These add up to nothing.
 */
export function userTruth(book: WebBook, now: number): TrueValue[] {
  const found: TrueValue[] = [];
  const days = book.days(now);
  const active = days.map((day) => activeOn(book, day, now));
  const months = new Map<string, Set<number>>();
  for (const [index, day] of days.entries()) {
    const today = active[index] ?? new Set();
    found.push(row('web.active_users_day', day, today.size));
    const fresh = book.sessions(day, now).filter((session) => session.isFirst).length;
    found.push(row('web.new_users', day, fresh));
    for (const length of [7, 28]) {
      const window = new Set(
        active.slice(Math.max(0, index + 1 - length), index + 1).flatMap((one) => [...one]),
      );
      found.push(row(`web.active_users_${length}d`, day, window.size));
    }
    const month = months.get(day.slice(0, 7)) ?? new Set();
    for (const visitor of today) month.add(visitor);
    months.set(day.slice(0, 7), month);
  }
  for (const [month, people] of months) {
    found.push(row('web.active_users_month', `${month}-01`, people.size));
  }
  return found;
}

/** Active are those who looked at something, and those who came for the first time. */
function activeOn(book: WebBook, day: string, now: number): Set<number> {
  const visitors = new Set<number>();
  for (const session of book.sessions(day, now)) {
    if (session.engaged || session.isFirst) visitors.add(session.visitor);
  }
  return visitors;
}

function row(metric: string, day: string, count: number): TrueValue {
  return { metric, dimensions: {}, day, value: String(count) };
}
