import { GraphqlRefusal } from './graphql-error.js';
import type { Operation, Value } from './parse-query.js';
import { named, type Schema } from './schema.js';

export type Variables = Readonly<Record<string, unknown>>;

/** Variables as they were sent, checked against what the operation declares. */
export function readVariables(
  operation: Operation,
  sent: Readonly<Record<string, unknown>>,
  schema: Schema,
): Variables {
  const found: Record<string, unknown> = {};
  for (const { name, type, fallback } of operation.variables) {
    const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
    const chosen = value === undefined && fallback !== null ? plain(fallback, {}) : value;
    if (chosen === undefined || chosen === null) {
      if (type.endsWith('!')) fail(name, type, 'Expected value to not be null');
      continue;
    }
    if (!fits(chosen, type, schema)) fail(name, type, 'Could not coerce value');
    found[name] = chosen;
  }
  return found;
}

function fail(name: string, type: string, why: string): never {
  throw new GraphqlRefusal([
    {
      message: `Variable $${name} of type ${type} was provided invalid value`,
      locations: [{ line: 1, column: 1 }],
      extensions: { value: null, problems: [{ path: [], explanation: why }] },
    },
  ]);
}

/** A value of the document with its variables filled in. */
export function plain(value: Value, variables: Variables): unknown {
  switch (value.kind) {
    case 'variable':
      return variables[value.name];
    case 'literal':
      return value.value;
    case 'enum':
      return value.name;
    case 'list':
      return value.items.map((item) => plain(item, variables));
    case 'object':
      return Object.fromEntries(
        [...value.fields].map(([name, inner]) => [name, plain(inner, variables)]),
      );
  }
}

/** Whether a value can be of a type. */
export function fits(value: unknown, type: string, schema: Schema): boolean {
  const bare = type.replace(/!$/, '');
  if (value === null || value === undefined) return !type.endsWith('!');
  if (bare.startsWith('[')) {
    const inner = bare.slice(1, -1);
    return Array.isArray(value)
      ? value.every((item) => fits(item, inner, schema))
      : fits(value, inner, schema);
  }
  const choices = schema.enums.get(named(bare));
  if (choices !== undefined) return typeof value === 'string' && choices.includes(value);
  switch (bare) {
    case 'Int':
      return typeof value === 'number' && Number.isInteger(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'ID':
      return typeof value === 'string' || typeof value === 'number';
    case 'String':
      return typeof value === 'string';
    default:
      return true;
  }
}
