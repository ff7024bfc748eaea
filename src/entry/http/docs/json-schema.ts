/** A part of the document: anything that JSON may hold. */
type Part = Record<string, unknown>;

/** Values that stand there as they are sent, and are no schemas. */
const VALUES: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'enum', 'const']);

/**
 * Writes `nullable: true`, which Nest still makes, as JSON Schema has it since OpenAPI 3.1: null is a type
 * of its own. Beside a `$ref` the old word means nothing at all to a validator.
 */
export function asJsonSchema<Whole>(whole: Whole): Whole {
  return visit(whole) as Whole;
}

/** @param names its keys are names of fields, were they those of words */
function visit(value: unknown, names = false): unknown {
  if (Array.isArray(value)) return value.map((item) => visit(item));
  if (typeof value !== 'object' || value === null) return value;
  const part = Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      return [key, !names && VALUES.has(key) ? item : visit(item, !names && key === 'properties')];
    }),
  );
  if (names) return part;
  const { nullable, ...rest } = part;
  if (typeof nullable !== 'boolean') return part;
  return nullable ? orNull(rest) : rest;
}

function orNull(schema: Part): Part {
  const { type, enum: values, allOf, oneOf, $ref, ...rest } = schema;
  const variants = (allOf ?? oneOf ?? ($ref === undefined ? undefined : [{ $ref }])) as
    Part[] | undefined;
  // Nest says "object" beside a reference as well, which would leave null out again.
  if (variants !== undefined) return { ...rest, anyOf: [...variants, { type: 'null' }] };
  const words = Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {};
  return { ...schema, ...words, ...(type === undefined ? {} : { type: [type, 'null'] }) };
}

/** Says of every object that a client may send that it has no other fields: they are refused. */
export function closeBodies(
  schemas: Record<string, object>,
  bodies: readonly (string | undefined)[],
): void {
  const open = bodies.filter((name) => name !== undefined);
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = schemas[name] as Part | undefined;
    if (schema === undefined || seen.has(name)) continue;
    seen.add(name);
    schema['additionalProperties'] ??= false;
    open.push(...refsIn(schema));
  }
}

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === '$ref' ? [nameOf(String(item))] : refsIn(item),
  );
}

/** The name of a schema in a reference to it. */
export function nameOf(ref: string): string {
  return ref.split('/').at(-1) ?? '';
}
