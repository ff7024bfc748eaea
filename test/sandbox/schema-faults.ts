/** The part of JSON Schema that the providers' contracts are written in. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: readonly unknown[];
  nullable?: boolean;
  required?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: readonly Schema[];
}

/**
 * What of a value does not fit a schema, as `path: fault`; empty where all fits. A member that the schema
 * does not name is a fault, so that an answer cannot hold more than its contract says.
 */
export function schemaFaults(
  root: unknown,
  schema: Schema,
  value: unknown,
  path = '$',
): readonly string[] {
  if (schema.$ref !== undefined) {
    return schemaFaults(root, resolve(root, schema.$ref), value, path);
  }
  if (schema.oneOf !== undefined) {
    const all = schema.oneOf.map((one) => schemaFaults(root, one, value, path));
    return all.some((faults) => faults.length === 0) ? [] : all.flat();
  }
  if (value === null) return schema.nullable === true ? [] : [`${path}: is null`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path}: is not listed`];
  switch (schema.type) {
    case 'array': {
      if (!Array.isArray(value)) return [`${path}: is no array`];
      const { items = {} } = schema;
      return value.flatMap((item, at) => schemaFaults(root, items, item, `${path}[${at}]`));
    }
    case 'object':
      return objectFaults(root, schema, value, path);
    case 'integer':
      return Number.isSafeInteger(value) ? [] : [`${path}: is no integer`];
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === schema.type ? [] : [`${path}: is no ${schema.type}`];
    default:
      return [];
  }
}

function objectFaults(root: unknown, schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || Array.isArray(value) || value === null) {
    return [`${path}: is no object`];
  }
  const { properties, required = [], additionalProperties } = schema;
  const missing = required.filter((name) => !Object.hasOwn(value, name));
  const faults = missing.map((name) => `${path}.${name}: is missing`);
  // An object of which nothing is said may hold anything.
  const isOpen = properties === undefined && additionalProperties === undefined;
  for (const [name, inner] of Object.entries(value)) {
    const known = properties?.[name];
    if (known !== undefined) faults.push(...schemaFaults(root, known, inner, `${path}.${name}`));
    else if (typeof additionalProperties === 'object') {
      faults.push(...schemaFaults(root, additionalProperties, inner, `${path}.${name}`));
    } else if (!isOpen && additionalProperties !== true) faults.push(`${path}.${name}: is unknown`);
  }
  return faults;
}

function resolve(root: unknown, ref: string): Schema {
  let found: unknown = root;
  for (const step of ref.split('/').slice(1)) {
    found = (found as Record<string, unknown> | undefined)?.[step];
  }
  if (typeof found !== 'object' || found === null)
    throw new Error(`${ref} is not in the contract.`);
  return found;
}
