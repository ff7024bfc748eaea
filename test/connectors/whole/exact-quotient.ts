/** A decimal number as a whole one and the digits after its point. */
export interface Exact {
  whole: bigint;
  digits: number;
}

export const NOTHING: Exact = { whole: 0n, digits: 0 };

export function exact(text: string): Exact {
  const [whole = '', part = ''] = text.split('.');
  return { whole: BigInt(whole + part), digits: part.length };
}

/** `a` and `factor` times `b`. */
export function plus(a: Exact, b: Exact, factor: 1 | -1 = 1): Exact {
  const digits = Math.max(a.digits, b.digits);
  return { whole: at(a, digits) + BigInt(factor) * at(b, digits), digits };
}

/** As an answer has it: rounded once, half to even. Null where there is nothing to divide by. */
export function quotient(
  above: Exact,
  below: Exact,
  shape: { digits: number; times: number },
): number | null {
  const digits = Math.max(above.digits, below.digits);
  let [a, b] = [
    at(above, digits) * BigInt(shape.times) * 10n ** BigInt(shape.digits),
    at(below, digits),
  ];
  if (b === 0n) return null;
  if (b < 0n) [a, b] = [-a, -b];
  const size = a < 0n ? -a : a;
  let rounded = size / b;
  const left = 2n * (size % b);
  if (left > b || (left === b && rounded % 2n === 1n)) rounded += 1n;
  const text = rounded.toString().padStart(shape.digits + 1, '0');
  const cut = text.length - shape.digits;
  return Number(`${a < 0n ? '-' : ''}${text.slice(0, cut)}.${text.slice(cut)}`);
}

function at({ whole, digits }: Exact, wanted: number): bigint {
  return whole * 10n ** BigInt(wanted - digits);
}
