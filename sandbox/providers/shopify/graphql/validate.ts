import { GraphqlRefusal, type GraphqlError } from './graphql-error.js';
import type { Document, Operation, Selection, Value } from './parse-query.js';
import { fits, plain, type Variables } from './read-values.js';
import { named, type ObjectType, type Schema } from './schema.js';

/** What is no thing of its own costs nothing. */
const FREE = new Set(['MoneyBag', 'MoneyV2', 'PageInfo', 'ShopPlan', 'Count']);

interface Walk {
  schema: Schema;
  document: Document;
  variables: Variables;
  declared: ReadonlyMap<string, string>;
  used: Set<string>;
  errors: GraphqlError[];
}

/**
 * Refuses what is not in the schema and answers what the query may cost at most, in points.
 *
 * @throws GraphqlRefusal
 */
export function validate(
  document: Document,
  operation: Operation,
  variables: Variables,
  schema: Schema,
): number {
  const walk: Walk = {
    schema,
    document,
    variables,
    declared: new Map(operation.variables.map(({ name, type }) => [name, type])),
    used: new Set(),
    errors: [],
  };
  const root = schema.types.get(operation.kind === 'query' ? 'QueryRoot' : 'Mutation');
  if (root === undefined || operation.kind === 'subscription') {
    throw new GraphqlRefusal([{ message: 'Schema is not configured for subscriptions' }]);
  }
  const title = operation.name === null ? operation.kind : `${operation.kind} ${operation.name}`;
  const cost = costOf(operation.selections, root, walk, [title]);
  for (const name of walk.declared.keys()) {
    if (walk.used.has(name)) continue;
    walk.errors.push({
      message: `Variable $${name} is declared by ${operation.name ?? 'anonymous query'} but not used`,
      path: [title],
      extensions: { code: 'variableNotUsed', variableName: name },
    });
  }
  if (walk.errors.length > 0) throw new GraphqlRefusal(walk.errors);
  return Math.max(operation.kind === 'mutation' ? 10 : 1, cost);
}

function costOf(
  selections: readonly Selection[],
  type: ObjectType,
  walk: Walk,
  path: readonly string[],
): number {
  let cost = 0;
  for (const selection of selections) {
    if (selection.kind === 'field') cost += fieldCost(selection, type, walk, path);
    else {
      const spread =
        selection.kind === 'spread' ? walk.document.fragments.get(selection.name) : null;
      const on = selection.kind === 'spread' ? spread?.on : (selection.on ?? type.name);
      const inner = selection.kind === 'spread' ? spread?.selections : selection.selections;
      const target = on === undefined ? undefined : walk.schema.types.get(on);
      const isPossible =
        target !== undefined &&
        (target.name === type.name ||
          type.implementedBy.includes(target.name) ||
          target.implementedBy.includes(type.name));
      if (!isPossible || inner === undefined || path.length > 25) {
        walk.errors.push(
          problem(`Fragment on ${on ?? 'nothing'} can't be spread inside ${type.name}`, path, {
            code: 'cannotSpreadFragment',
          }),
        );
        continue;
      }
      cost += costOf(inner, target, walk, [...path, `... on ${on ?? ''}`]);
    }
  }
  return cost;
}

function fieldCost(
  selection: Extract<Selection, { kind: 'field' }>,
  type: ObjectType,
  walk: Walk,
  path: readonly string[],
): number {
  const { name, line } = selection;
  if (name === '__typename') return 0;
  const field = type.fields.get(name);
  const here = [...path, selection.alias];
  if (field === undefined) {
    walk.errors.push({
      ...problem(`Field '${name}' doesn't exist on type '${type.name}'`, here, {
        code: 'undefinedField',
        typeName: type.name,
        fieldName: name,
      }),
      locations: [{ line, column: 1 }],
    });
    return 0;
  }
  checkArguments(selection.arguments, field, type, walk, here);
  const target = walk.schema.types.get(named(field.type));
  if (target === undefined) {
    if (selection.selections !== null) {
      const message = `Selections can't be made on scalars (field '${name}' returns ${named(field.type)} but has selections)`;
      walk.errors.push(problem(message, here, { code: 'selectionMismatch', nodeName: name }));
    }
    return 0;
  }
  if (selection.selections === null) {
    const message = `Field must have selections (field '${name}' returns ${target.name} but has no selections. Did you mean '${name} { ... }'?)`;
    walk.errors.push(problem(message, here, { code: 'selectionMismatch', nodeName: name }));
    return 0;
  }
  const inner = costOf(selection.selections, target, walk, here);
  if (target.name.endsWith('Connection')) {
    const size = sizeOf(selection.arguments, walk, here, name);
    return 2 + size * inner;
  }
  const own = FREE.has(target.name) || target.name.endsWith('Edge') ? 0 : 1;
  // Lists without pages are as long as they are asked to be.
  const isList = field.type.startsWith('[') && field.args.has('first');
  const length = isList ? Number(valueOf(selection.arguments.get('first'), walk) ?? 10) : 1;
  return length * (own + inner);
}

/** How much a connection is asked for; exactly one of `first` and `last`, of 250 at most. */
function sizeOf(
  given: ReadonlyMap<string, Value>,
  walk: Walk,
  path: readonly string[],
  name: string,
): number {
  const first = valueOf(given.get('first'), walk);
  const last = valueOf(given.get('last'), walk);
  const add = (message: string): number => {
    walk.errors.push(problem(message, path, { code: 'BAD_REQUEST' }));
    return 0;
  };
  const hasBoth = typeof first === 'number' && typeof last === 'number';
  if (hasBoth) return add('providing both first and last is not supported');
  const size = first ?? last;
  if (typeof size !== 'number') return add('you must provide one of first or last');
  if (size < 1) return add(`${name}: first cannot be less than 1`);
  if (size > 250) return add(`${name}: first cannot exceed 250`);
  return size;
}

function valueOf(value: Value | undefined, walk: Walk): unknown {
  return value === undefined ? undefined : plain(value, walk.variables);
}

function checkArguments(
  given: ReadonlyMap<string, Value>,
  field: { name: string; args: ReadonlyMap<string, { type: string; required: boolean }> },
  type: ObjectType,
  walk: Walk,
  path: readonly string[],
): void {
  for (const [name, value] of given) {
    const argument = field.args.get(name);
    noteVariables(value, walk, path);
    if (argument === undefined) {
      const message = `Field '${field.name}' doesn't accept argument '${name}'`;
      walk.errors.push(
        problem(message, path, {
          code: 'argumentNotAccepted',
          name: field.name,
          typeName: type.name,
          argumentName: name,
        }),
      );
    } else if (!fits(plain(value, walk.variables), argument.type, walk.schema)) {
      const message = `Argument '${name}' on Field '${field.name}' has an invalid value. Expected type '${argument.type}'.`;
      walk.errors.push(problem(message, path, { code: 'argumentLiteralsIncompatible' }));
    } else if (value.kind === 'variable') checkVariable(value.name, argument.type, walk, path);
  }
  for (const [name, { required }] of field.args) {
    if (!required || given.has(name)) continue;
    const message = `Field '${field.name}' is missing required arguments: ${name}`;
    walk.errors.push(problem(message, path, { code: 'missingRequiredArguments' }));
  }
}

function checkVariable(name: string, type: string, walk: Walk, path: readonly string[]): void {
  const declared = walk.declared.get(name);
  if (declared === undefined || named(declared) === named(type)) return;
  const message = `Type mismatch on variable $${name} and argument (${declared} / ${type})`;
  walk.errors.push(problem(message, path, { code: 'variableMismatch', variableName: name }));
}

function noteVariables(value: Value, walk: Walk, path: readonly string[]): void {
  if (value.kind === 'variable') {
    walk.used.add(value.name);
    if (walk.declared.has(value.name)) return;
    const message = `Variable $${value.name} is used but not declared`;
    walk.errors.push(problem(message, path, { code: 'variableNotDefined' }));
  }
  if (value.kind === 'list') for (const item of value.items) noteVariables(item, walk, path);
  if (value.kind === 'object')
    for (const item of value.fields.values()) noteVariables(item, walk, path);
}

function problem(
  message: string,
  path: readonly string[],
  extensions: Readonly<Record<string, unknown>>,
): GraphqlError {
  return { message, locations: [{ line: 1, column: 1 }], path, extensions };
}
