import type { Schema } from '../../sandbox/schema-faults.js';

/**
 * Whether a schema names a place: `results[].properties.amount`. What it leaves open (an object of which
 * nothing is said) has every place.
 */
export function hasPlace(root: unknown, schema: Schema, place: string): boolean {
  let at = resolved(root, schema);
  for (const step of place.split('.')) {
    const inner = innerOf(at, step.replaceAll('[]', ''));
    if (inner === 'open') return true;
    if (inner === undefined) return false;
    at = resolved(root, inner);
    for (let depth = step.split('[]').length - 1; depth > 0; depth -= 1) {
      at = resolved(root, at.items ?? {});
    }
  }
  return true;
}

function innerOf(schema: Schema, name: string): Schema | 'open' | undefined {
  const { properties, additionalProperties } = schema;
  const known = properties?.[name];
  if (known !== undefined) return known;
  if (typeof additionalProperties === 'object') return additionalProperties;
  return additionalProperties === true || (properties === undefined && schema.type === 'object')
    ? 'open'
    : undefined;
}

function resolved(root: unknown, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  let found: unknown = root;
  for (const step of schema.$ref.split('/').slice(1)) {
    found = (found as Record<string, unknown>)[step];
  }
  return resolved(root, found as Schema);
}
