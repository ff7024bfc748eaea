import type { ColumnTarget } from './block-format.js';

/** 256 KB of values at a time. */
const SLAB_VALUES = 32_768;

/**
 * Days of one metric, put together of blocks that are added newest first: a day that one of them knows is
 * no business of those that come after it.
 */
export class DayMatrix {
  /** As `BlockContent`. */
  readonly states: Uint8Array;
  readonly columns = new Map<number, Float64Array>();
  #known = 0;
  #slab = new Float64Array(0);
  #slabAt = 0;

  constructor(
    readonly from: number,
    readonly days: number,
  ) {
    this.states = new Uint8Array(days);
  }

  /**
   * Takes in a block that begins on day `from`. To be called with its states; then each column is written
   * to what the result gives; then `done`.
   */
  begin(from: number, states: Uint8Array): Intake {
    const first = Math.max(from, this.from);
    const last = Math.min(from + states.length, this.from + this.days);
    if (last <= first) return { target: () => null, done: () => undefined };
    const [own, theirs, length] = [first - this.from, first - from, last - first];
    const isWhole = length === states.length;
    // The common case: nothing newer speaks of these days, so values go where they belong at once.
    const isFree = this.#known === 0 || !this.states.subarray(own, own + length).some(isKnown);
    if (isWhole && isFree) {
      return {
        target: (series) => ({ values: this.column(series), at: own }),
        done: () => this.#settle(own, states),
      };
    }
    const scratch = new Float64Array(states.length);
    let filled: number | null = null;
    const move = (): void => {
      if (filled === null) return;
      const column = this.column(filled);
      for (let day = 0; day < length; day += 1) {
        if (this.states[own + day] === 0) column[own + day] = scratch[theirs + day] as number;
      }
    };
    return {
      target: (series) => {
        move();
        scratch.fill(NaN);
        filled = series;
        return { values: scratch, at: 0 };
      },
      done: () => {
        move();
        this.#settle(own, states.subarray(theirs, theirs + length));
      },
    };
  }

  column(series: number): Float64Array {
    let column = this.columns.get(series);
    if (column === undefined) {
      column = this.#newColumn();
      this.columns.set(series, column);
    }
    return column;
  }

  /** A memory block a column would cost more than to fill it. */
  #newColumn(): Float64Array {
    if (this.#slabAt === this.#slab.length) {
      const columns = Math.max(1, Math.min(this.columns.size * 2, SLAB_VALUES / this.days) | 0);
      this.#slab = new Float64Array(columns * this.days).fill(NaN);
      this.#slabAt = 0;
    }
    const at = this.#slabAt;
    this.#slabAt += this.days;
    return this.#slab.subarray(at, this.#slabAt);
  }

  /** Some of its days, as a block holds them: views, no copies. */
  slice(from: number, days: number): { states: Uint8Array; columns: Map<number, Float64Array> } {
    const at = from - this.from;
    return {
      states: this.states.subarray(at, at + days),
      columns: new Map(
        [...this.columns].map(([series, it]) => [series, it.subarray(at, at + days)]),
      ),
    };
  }

  #settle(at: number, states: Uint8Array): void {
    for (let day = 0; day < states.length; day += 1) {
      const state = states[day] as number;
      if (state !== 0 && this.states[at + day] === 0) {
        this.states[at + day] = state;
        this.#known += 1;
      }
    }
  }
}

export interface Intake {
  target: (series: number) => ColumnTarget;
  done: () => void;
}

function isKnown(state: number): boolean {
  return state !== 0;
}
