import { FilterInvalidError } from './query.errors.js';

/** What a series must be to count: one of the values for each name; a name that is absent asks nothing. */
export interface SeriesFilter {
  providers: ReadonlySet<string> | null;
  integrations: ReadonlySet<string> | null;
  currencies: ReadonlySet<string> | null;
  /** An empty value means the series that have no value of this dimension. */
  dimensions: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Reads `name:value`s. Values may hold colons, and are compared as they are.
 *
 * @throws FilterInvalidError
 */
export function readFilter(filters: readonly string[]): SeriesFilter {
  const byName = new Map<string, Set<string>>();
  for (const filter of filters) {
    const colon = filter.indexOf(':');
    if (colon < 1) {
      throw new FilterInvalidError(
        'A filter is written as dimension:value, as in provider:stripe.',
      );
    }
    const name = filter.slice(0, colon);
    const values = byName.get(name) ?? new Set();
    byName.set(name, values.add(filter.slice(colon + 1)));
  }
  const take = (name: string): ReadonlySet<string> | null => {
    const values = byName.get(name) ?? null;
    byName.delete(name);
    return values;
  };
  return {
    providers: take('provider'),
    integrations: take('integration'),
    currencies: take('currency'),
    dimensions: byName,
  };
}
