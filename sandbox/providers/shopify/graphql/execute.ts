import { accessDenied, type GraphqlError, GraphqlRefusal } from './graphql-error.js';
import type { Document, Operation, Selection } from './parse-query.js';
import { plain, type Variables } from './read-values.js';
import { named, type ObjectType, type Schema } from './schema.js';

/** An object as resolvers give it: values, or functions of the field's arguments. */
export type Resolved = Readonly<Record<string, unknown>>;

/** All of a connection, ordered by `sortOf`; the executor takes the page that is asked for. */
export class Listing {
  /** @param sortOf what it is ordered by, made unique by a number */
  constructor(
    readonly items: readonly Resolved[],
    readonly sortOf: (item: Resolved) => readonly [number, number],
  ) {}
}

interface Run {
  schema: Schema;
  document: Document;
  variables: Variables;
  scopes: readonly string[];
  errors: GraphqlError[];
  /** Things that were given out, for the cost. */
  cost: number;
}

/** Thrown where a field that must not be null is. */
const NULLED = Symbol('nulled');

export function execute(
  document: Document,
  operation: Operation,
  root: Resolved,
  beside: { schema: Schema; variables: Variables; scopes: readonly string[] },
): { data: unknown; errors: GraphqlError[]; cost: number } {
  const run: Run = { ...beside, document, errors: [], cost: 0 };
  const type = run.schema.types.get(operation.kind === 'query' ? 'QueryRoot' : 'Mutation');
  if (type === undefined) throw new Error('The schema has no root.');
  const data = select(operation.selections, type, root, run, []);
  const { errors, cost } = run;
  return { data: data === NULLED ? null : data, errors, cost };
}

function select(
  selections: readonly Selection[],
  type: ObjectType,
  source: Resolved,
  run: Run,
  path: readonly (string | number)[],
): Record<string, unknown> | typeof NULLED {
  const made: Record<string, unknown> = {};
  const own = typeof source['__typename'] === 'string' ? source['__typename'] : type.name;
  for (const selection of selections) {
    if (selection.kind !== 'field') {
      const fragment =
        selection.kind === 'spread' ? run.document.fragments.get(selection.name) : selection;
      const on = fragment?.on ?? own;
      const target = run.schema.types.get(on);
      if (!fragment || !target) continue;
      if (on !== own && !target.implementedBy.includes(own)) continue;
      const inner = select(fragment.selections, target, source, run, path);
      if (inner === NULLED) return NULLED;
      merge(made, inner);
      continue;
    }
    const { name, alias } = selection;
    if (name === '__typename') {
      made[alias] = own;
      continue;
    }
    const field = (run.schema.types.get(own) ?? type).fields.get(name) ?? type.fields.get(name);
    if (field === undefined) continue;
    const here = [...path, alias];
    if (field.scope !== null && !hasScope(run.scopes, field.scope)) {
      run.errors.push(accessDenied(name, field.scope, here));
      if (field.type.endsWith('!')) return NULLED;
      made[alias] = null;
      continue;
    }
    const given = Object.fromEntries(
      [...selection.arguments].map(([key, value]) => [key, plain(value, run.variables)]),
    );
    const held = source[name];
    const value = typeof held === 'function' ? (held as (a: unknown) => unknown)(given) : held;
    const done = complete(value, field.type, selection.selections, given, run, here);
    if (done === NULLED) return NULLED;
    merge(made, { [alias]: done });
  }
  return made;
}

/** Write scopes read as well. */
function hasScope(scopes: readonly string[], scope: string): boolean {
  return scopes.includes(scope) || scopes.includes(scope.replace('read_', 'write_'));
}

function complete(
  value: unknown,
  typeText: string,
  selections: readonly Selection[] | null,
  given: Readonly<Record<string, unknown>>,
  run: Run,
  path: readonly (string | number)[],
): unknown {
  if (value === null || value === undefined) return typeText.endsWith('!') ? NULLED : null;
  const type = run.schema.types.get(named(typeText));
  if (type === undefined || selections === null) return value;
  if (value instanceof Listing) {
    run.cost += 2;
    return select(selections, type, pageOf(value, given), run, path);
  }
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const [index, item] of value.entries()) {
      const done = complete(item, named(typeText), selections, {}, run, [...path, index]);
      if (done === NULLED) return NULLED;
      list.push(done);
    }
    return list;
  }
  if (!/^(MoneyBag|MoneyV2|PageInfo|ShopPlan|Count|.*Edge)$/.test(type.name)) run.cost += 1;
  const done = select(selections, type, value as Resolved, run, path);
  return done === NULLED && !typeText.endsWith('!') ? null : done;
}

function pageOf(listing: Listing, given: Readonly<Record<string, unknown>>): Resolved {
  const isReverse = given['reverse'] === true;
  const all = isReverse ? listing.items.toReversed() : listing.items;
  const sign = isReverse ? -1 : 1;
  // A cursor says where it was, so that it holds when what it was of has moved or gone.
  const placeOf = (cursor: unknown, beyond: boolean, otherwise: number): number => {
    if (typeof cursor !== 'string') return otherwise;
    const [value, number] = decode(cursor);
    const found = all.findIndex((item) => {
      const [own, ownNumber] = listing.sortOf(item);
      const order = sign * (own - value || ownNumber - number);
      return beyond ? order > 0 : order >= 0;
    });
    return found < 0 ? all.length : found;
  };
  const from = placeOf(given['after'], true, 0);
  const to = placeOf(given['before'], false, all.length);
  const first = typeof given['first'] === 'number' ? given['first'] : null;
  const last = typeof given['last'] === 'number' ? given['last'] : null;
  const start = last === null ? from : Math.max(from, to - last);
  const end = first === null ? to : Math.min(to, from + first);
  const items = all.slice(start, end);
  const cursors = items.map((item) => encode(listing.sortOf(item)));
  return {
    nodes: items,
    edges: items.map((node, index) => ({ cursor: cursors[index], node })),
    pageInfo: {
      hasNextPage: end < to,
      hasPreviousPage: start > 0,
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
  };
}

function encode([value, number]: readonly [number, number]): string {
  return Buffer.from(JSON.stringify({ last_id: number, last_value: value })).toString('base64');
}

function decode(cursor: string): [number, number] {
  try {
    const { last_id: number, last_value: value } = JSON.parse(
      Buffer.from(cursor, 'base64').toString('utf8'),
    ) as Record<string, unknown>;
    if (typeof number === 'number' && typeof value === 'number') return [value, number];
  } catch {
    // Told below.
  }
  throw new GraphqlRefusal([{ message: 'Invalid cursor for current pagination sort.' }]);
}

/** Two selections of one field give one object. */
function merge(into: Record<string, unknown>, from: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(from)) {
    const known = into[name];
    if (isObject(known) && isObject(value)) merge(known, value);
    else into[name] = value;
  }
}

function isObject(one: unknown): one is Record<string, unknown> {
  return typeof one === 'object' && one !== null && !Array.isArray(one);
}
