/**
 * A whole number at `digits` after the point as text, exactly: 1234 at 2 is `12.34`. The point is set
 * by text, since a division would round.
 */
export function decimalText(value: number | bigint, digits: number): string {
  // Zero may be negative in a float.
  const text = value === 0 ? '0' : String(value);
  if (digits === 0) return text;
  const isNegative = text.charCodeAt(0) === 45;
  const whole = isNegative ? text.slice(1) : text;
  const padded = whole.length > digits ? whole : whole.padStart(digits + 1, '0');
  const at = padded.length - digits;
  return `${isNegative ? '-' : ''}${padded.slice(0, at)}.${padded.slice(at)}`;
}
