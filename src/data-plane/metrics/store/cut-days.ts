/**
 * Values that a block holds at most, some 200 KB: more would cost a reader of few days too much, and a
 * writer who folds a day in too.
 */
const VALUES_MAX = 100_000;

export interface Span {
  /** Days since 1970-01-01. */
  from: number;
  days: number;
}

/** Cuts days into as few spans of about one length as keep within what a block holds. */
export function cutDays({ from, days }: Span, series: number): Span[] {
  const pieces = Math.min(days, Math.max(1, Math.ceil((days * series) / VALUES_MAX)));
  return Array.from({ length: pieces }, (_, index) => {
    const first = Math.floor((index * days) / pieces);
    return { from: from + first, days: Math.floor(((index + 1) * days) / pieces) - first };
  });
}
