/** The few things that are read of the query on the way back. Each counts once: of two, which one is meant is anybody's guess. */
export interface CallbackQuery {
  state: string | null;
  code: string | null;
  error: string | null;
  /** One of them came twice. */
  ambiguous: boolean;
  /** The values of these names, where they are short and come once. */
  kept(names: readonly string[]): Record<string, string>;
}

const KEPT_MAX = 200;

export function readCallbackQuery(rawQuery: string): CallbackQuery {
  const query = new URLSearchParams(rawQuery);
  const once = (name: string): string | null => {
    const values = query.getAll(name);
    return values.length === 1 && values[0] !== '' ? (values[0] ?? null) : null;
  };
  return {
    state: once('state'),
    code: once('code'),
    error: once('error'),
    ambiguous: ['state', 'code', 'error'].some((name) => query.getAll(name).length > 1),
    kept: (names) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const value = once(name);
          return value === null || value.length > KEPT_MAX ? [] : [[name, value]];
        }),
      ),
  };
}
