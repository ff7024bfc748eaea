import type { Range } from './read-params.js';

interface Dated {
  id: string;
  created: number;
}

/** Things in order of their making. */
export interface Source<T extends Dated> {
  /** @param newest newest first, else oldest first; only those inside the range */
  walk(range: Range, newest: boolean): Iterable<T>;
  find(id: string): T | null;
}

/** Things made day by day. @param on those of a day, oldest first */
export function byDay<T extends Dated>(
  days: { dayOf(at: number): number; now: number },
  on: (day: number) => readonly T[],
  find: (id: string) => T | null,
): Source<T> {
  return {
    find: (id) => {
      const found = find(id);
      return found !== null && found.created <= days.now ? found : null;
    },
    *walk(range, newest) {
      const last = days.dayOf(Math.min(range.lte, days.now));
      const first = Math.max(0, days.dayOf(Math.max(range.gte, 0)));
      for (let step = 0; first + step <= last; step += 1) {
        const things = on(newest ? last - step : first + step);
        for (let at = 0; at < things.length; at += 1) {
          const thing = things[newest ? things.length - 1 - at : at];
          if (thing === undefined || thing.created > days.now) continue;
          if (thing.created >= range.gte && thing.created <= range.lte) yield thing;
        }
      }
    },
  };
}

/** Few things, all at hand, in any order. */
export function ofAll<T extends Dated>(all: readonly T[]): Source<T> {
  const sorted = [...all].sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  return {
    find: (id) => all.find((one) => one.id === id) ?? null,
    *walk(range, newest) {
      for (const one of newest ? sorted.toReversed() : sorted) {
        if (one.created >= range.gte && one.created <= range.lte) yield one;
      }
    },
  };
}

/** One page. Things of the same second are in the order of their ids. */
export function takePage<T extends Dated>(
  source: Source<T>,
  ask: { range: Range; limit: number; cursor: T | null; newest: boolean },
  fits: (thing: T) => boolean,
): { things: T[]; hasMore: boolean } {
  const { cursor, limit, newest } = ask;
  const range = { ...ask.range };
  if (cursor !== null) {
    if (newest) range.lte = Math.min(range.lte, cursor.created);
    else range.gte = Math.max(range.gte, cursor.created);
  }
  const things: T[] = [];
  for (const thing of source.walk(range, newest)) {
    if (cursor !== null && thing.created === cursor.created) {
      if (newest ? thing.id >= cursor.id : thing.id <= cursor.id) continue;
    }
    if (!fits(thing)) continue;
    if (things.length === limit)
      return { things: newest ? things : things.toReversed(), hasMore: true };
    things.push(thing);
  }
  return { things: newest ? things : things.toReversed(), hasMore: false };
}
