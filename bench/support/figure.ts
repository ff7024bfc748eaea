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
  /** Null where the ratio is only reported. */
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

export function isMet({ ratio, target }: Row): boolean | null {
  if (target === null) return null;
  return 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
}
