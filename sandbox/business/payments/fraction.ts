/** An exact sum of fractions; rounded once, at the end. */
export class Fraction {
  constructor(
    readonly top: bigint,
    readonly bottom: bigint = 1n,
  ) {}

  plus(other: Fraction): Fraction {
    if (this.bottom === other.bottom) return new Fraction(this.top + other.top, this.bottom);
    return new Fraction(
      this.top * other.bottom + other.top * this.bottom,
      this.bottom * other.bottom,
    ).#reduced();
  }

  times(top: bigint, bottom: bigint = 1n): Fraction {
    return new Fraction(this.top * top, this.bottom * bottom).#reduced();
  }

  /** The same, written over another bottom: sums of many are quick over one. @throws RangeError where it does not go */
  over(bottom: bigint): Fraction {
    if ((this.top * bottom) % this.bottom !== 0n) throw new RangeError('It does not go in whole.');
    return new Fraction((this.top * bottom) / this.bottom, bottom);
  }

  /** Never below nothing. */
  floored(): Fraction {
    return this.top < 0n ? new Fraction(0n) : this;
  }

  /** Decimal text, half to even as ledgers round: `12.34`. */
  text(digits: number): string {
    const scaled = this.top * 10n ** BigInt(digits);
    const size = scaled < 0n ? -scaled : scaled;
    const below = size / this.bottom;
    const twiceRest = (size % this.bottom) * 2n;
    const isUp = twiceRest > this.bottom || (twiceRest === this.bottom && below % 2n === 1n);
    const whole = isUp ? below + 1n : below;
    const padded = whole.toString().padStart(digits + 1, '0');
    const sign = this.top < 0n && whole > 0n ? '-' : '';
    return digits === 0
      ? `${sign}${padded}`
      : `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
  }

  #reduced(): Fraction {
    let [a, b] = [this.top < 0n ? -this.top : this.top, this.bottom];
    while (b !== 0n) [a, b] = [b, a % b];
    return a > 1n ? new Fraction(this.top / a, this.bottom / a) : this;
  }
}
