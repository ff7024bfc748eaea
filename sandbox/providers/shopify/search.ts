import { GraphqlRefusal } from './graphql/graphql-error.js';

/** One term of a search: `updated_at:>='2026-01-01T00:00:00Z'`. */
interface Term {
  field: string;
  operator: '=' | '>' | '>=' | '<' | '<=';
  value: string;
  not: boolean;
}

/** How a field is compared. Times are ms. */
export type Searchable<T> = Readonly<
  Record<
    string,
    | { time: (thing: T) => number }
    | { number: (thing: T) => number }
    | { text: (thing: T) => string | readonly string[] }
  >
>;

const TERM =
  /\s*(AND\s+|OR\s+)?(-|NOT\s+)?(\w+):\s*(>=|<=|>|<)?\s*(?:'([^']*)'|"([^"]*)"|([^\s()'"]+))/gy;

/**
 * The conditions of a search, all of which must hold. Fields that cannot be searched are refused here, so
 * that a slip of the pen does not quietly find everything.
 *
 * @throws GraphqlRefusal
 */
export function readSearch<T>(
  query: unknown,
  fields: Searchable<T>,
  place: string,
): (thing: T) => boolean {
  if (typeof query !== 'string' || query.trim() === '') return () => true;
  const tests = parse(query, place).map((term) => testOf(term, fields, place));
  return (thing) => tests.every((test) => test(thing));
}

function parse(query: string, place: string): Term[] {
  const terms: Term[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < query.length && query.slice(TERM.lastIndex).trim() !== '') {
    const match = TERM.exec(query);
    if (match === null || match[1]?.startsWith('OR')) {
      throw refusal('Invalid search syntax, or one that the sandbox does not speak.', place);
    }
    const [, , not, field = '', operator = '=', single, double, bare] = match;
    terms.push({
      field,
      operator: operator as Term['operator'],
      value: single ?? double ?? bare ?? '',
      not: not !== undefined,
    });
  }
  return terms;
}

function testOf<T>(term: Term, fields: Searchable<T>, place: string): (thing: T) => boolean {
  const known = Object.hasOwn(fields, term.field) ? fields[term.field] : undefined;
  if (known === undefined)
    throw refusal(`Invalid search field for this query. ${term.field}`, place);
  const test = compare(term, known, place);
  return term.not ? (thing) => !test(thing) : test;
}

function compare<T>(
  { field, operator, value }: Term,
  known: Searchable<T>[string],
  place: string,
): (thing: T) => boolean {
  if ('text' in known) {
    if (operator !== '=') throw refusal(`Invalid operator for query filter \`${field}\`.`, place);
    const wanted = value.toLowerCase().split(',');
    return (thing) => {
      const own = known.text(thing);
      const list = typeof own === 'string' ? [own] : own;
      return list.some((one) => wanted.includes(one.toLowerCase()));
    };
  }
  const bound = 'time' in known ? Date.parse(value) : Number(value);
  if (!Number.isFinite(bound)) {
    const what = 'time' in known ? 'timestamp' : 'number';
    throw refusal(`Invalid ${what} for query filter \`${field}\`.`, place);
  }
  const valueOf = 'time' in known ? known.time : known.number;
  return (thing) => {
    const own = valueOf(thing);
    switch (operator) {
      case '>':
        return own > bound;
      case '>=':
        return own >= bound;
      case '<':
        return own < bound;
      case '<=':
        return own <= bound;
      case '=':
        return own === bound;
    }
  };
}

function refusal(message: string, place: string): GraphqlRefusal {
  return new GraphqlRefusal([
    { message, path: [place], extensions: { code: 'BAD_REQUEST', argumentName: 'query' } },
  ]);
}
