import { invalidPayload } from './google-error.js';

/** What a part of a JSON body may be, after the provider's protobuf messages. */
export type Shape =
  | { is: 'string' | 'bool' | 'int64' | 'int32' | 'double' }
  | { is: 'enum'; type: string; values: readonly string[] }
  | { is: 'list'; of: Shape }
  | { is: 'object'; fields: () => Readonly<Record<string, Shape>> };

export const text: Shape = { is: 'string' };
export const bool: Shape = { is: 'bool' };
export const int64: Shape = { is: 'int64' };
export const double: Shape = { is: 'double' };

export function list(of: Shape): Shape {
  return { is: 'list', of };
}

/** Fields are named when they are looked at, so that a message can hold itself. */
export function object(fields: () => Readonly<Record<string, Shape>>): Shape {
  return { is: 'object', fields };
}

export function oneOf(type: string, values: readonly string[]): Shape {
  return { is: 'enum', type, values };
}

/** Looks through a whole value. @throws GoogleRefusal at the first thing that does not fit */
export function checkShape(shape: Shape, value: unknown, path = ''): void {
  // null is as good as absent, as in all JSON of protobuf.
  if (value === null || value === undefined) return;
  switch (shape.is) {
    case 'list':
      if (!Array.isArray(value)) throw wrongType(path, value, 'list');
      for (const [at, item] of value.entries()) checkShape(shape.of, item, `${path}[${at}]`);
      return;
    case 'object':
      checkObject(shape.fields(), value, path);
      return;
    case 'enum':
      if (typeof value === 'string' && shape.values.includes(value)) return;
      throw wrongType(path, value, `type.googleapis.com/${shape.type}`);
    default:
      if (!isScalar(shape.is, value))
        throw wrongType(path, value, `TYPE_${shape.is.toUpperCase()}`);
  }
}

function checkObject(fields: Readonly<Record<string, Shape>>, value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType(path, value, 'message');
  }
  for (const [name, inner] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      const where = path === '' ? '' : ` at '${path}'`;
      const why = `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`;
      throw invalidPayload(why, path);
    }
    checkShape(field, inner, path === '' ? snake(name) : `${path}.${snake(name)}`);
  }
}

function isScalar(is: string, value: unknown): boolean {
  if (is === 'string') return typeof value === 'string';
  if (is === 'bool') return typeof value === 'boolean';
  if (is === 'double') return typeof value === 'number';
  // Whole numbers come as text or as numbers.
  const asText = typeof value === 'string' && /^-?\d{1,19}$/.test(value);
  return asText || Number.isSafeInteger(value);
}

function wrongType(path: string, value: unknown, type: string): Error {
  return invalidPayload(`Invalid value at '${path}' (${type}), ${JSON.stringify(value)}`, path);
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
