/** What stands for a pattern's `{x}` in a scope; empty where the pattern has none and is the scope; null where it does not fit. */
export function scopeWord(pattern: string, scope: string): string | null {
  const [before = '', after] = pattern.split('{x}');
  if (after === undefined) return scope === pattern ? '' : null;
  const fits = scope.startsWith(before) && scope.endsWith(after);
  const word = scope.slice(before.length, scope.length - after.length);
  return fits && word !== '' ? word : null;
}
