/** What a run did so far. */
export interface RunCounts {
  slices: number;
  pages: number;
  /** Source records that were read. */
  records: number;
  points: number;
  /** Pages that could not be understood. */
  quarantined: number;
  /** Values that the guard kept out, by rule. */
  withheld: Readonly<Record<string, number>>;
}

export function noCounts(): RunCounts {
  return { slices: 0, pages: 0, records: 0, points: 0, quarantined: 0, withheld: {} };
}

export function addCounts(a: RunCounts, b: RunCounts): RunCounts {
  const withheld = { ...a.withheld };
  for (const [rule, count] of Object.entries(b.withheld)) {
    withheld[rule] = (withheld[rule] ?? 0) + count;
  }
  return {
    slices: a.slices + b.slices,
    pages: a.pages + b.pages,
    records: a.records + b.records,
    points: a.points + b.points,
    quarantined: a.quarantined + b.quarantined,
    withheld,
  };
}
