/**
 * Two times. The business stands still at `now()` until it is moved, so that an account read twice reads the
 * same; limits and tokens also run by the real one.
 */
export class SandboxClock {
  #business: number;

  /** @param real ms since 1970 */
  constructor(
    readonly real: () => number,
    start: number,
  ) {
    this.#business = start;
  }

  /** The instant at which the business stands, ms since 1970. */
  now(): number {
    return this.#business;
  }

  /** May go back: an account is then read as it was. */
  moveTo(instant: number): void {
    this.#business = instant;
  }

  /** The instant on both clocks, to measure from. */
  stamp(): Stamp {
    return { business: this.#business, real: this.real() };
  }

  /** Whether that long has passed since, by either clock. */
  passed(since: Stamp, ms: number): boolean {
    return this.#business - since.business >= ms || this.real() - since.real >= ms;
  }
}

export interface Stamp {
  business: number;
  real: number;
}
