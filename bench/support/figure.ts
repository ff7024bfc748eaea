import type { BenchPostgres } from './bench-postgres.js';

export type Target = { atMost: number } | { atLeast: number };

/** One comparison: a row of the table. */
export interface Row {
  what: string;
  unit: string;
  ours: number;
  /** What it is held against. */
  floor: string;
  theirs: number;
  ratio: number;
  /** Ours less theirs, in `unit`: given where this is what counts, in place of the ratio. */
  difference?: number;
  /** For the difference where there is one, else for the ratio. Null where that is only reported. */
  target: Target | null;
  /** Everything measured, by contender. */
  samples: Record<string, readonly number[]>;
  note?: string;
}

export interface Figure {
  name: string;
  /** Measures on a fresh server of its own. */
  measure(postgres: BenchPostgres): Promise<Row[]>;
}

/** What is held against the target. */
export function comparison({ ratio, difference }: Row): number {
  return difference ?? ratio;
}

export function isMet(row: Row): boolean | null {
  const { target } = row;
  if (target === null) return null;
  const compared = comparison(row);
  return 'atMost' in target ? compared <= target.atMost : compared >= target.atLeast;
}
