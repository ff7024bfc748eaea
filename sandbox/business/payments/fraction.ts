/** An exact sum of fractions; rounded once, at the end. */
export class Fraction {
  constructor(
    readonly top: bigint,
    readonly bottom: bigint = 1n,
  ) {}

  plus(other: Fraction): Fraction {
    return new Fraction(
      this.top * other.bottom + other.top * this.bottom,
      this.bottom * other.bottom,
    ).#reduced();
  }

  times(top: bigint, bottom: bigint = 1n): Fraction {
    return new Fraction(this.top * top, this.bottom * bottom).#reduced();
  }

  /** Never below nothing. */
  floored(): Fraction {
    return this.top < 0n ? new Fraction(0n) : this;
  }

  /** Decimal text, half away from zero: `12.35`. */
  text(digits: number): string {
    const scaled = this.top * 10n ** BigInt(digits) * 2n;
    const size = scaled < 0n ? -scaled : scaled;
    const whole = (size + this.bottom) / (2n * this.bottom);
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
