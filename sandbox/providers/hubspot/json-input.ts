import { invalid } from './answers.js';

type Json = Record<string, unknown>;

/** The body as an object. @throws Refusal where it is none */
export function objectIn(body: unknown): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('Invalid input JSON: an object is expected.');
  }
  return body as Json;
}

/** A list in an object; empty where it is absent. */
export function listIn(object: Json, name: string): readonly unknown[] {
  const value = object[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`Invalid input JSON: ${name} must be an array.`);
  return value;
}

/** A list of texts; null where it is absent. */
export function textsIn(object: Json, name: string): string[] | null {
  if (object[name] === undefined) return null;
  return listIn(object, name).map((value) => {
    if (typeof value !== 'string') throw invalid(`Invalid input JSON: ${name} must hold strings.`);
    return value;
  });
}

/** Text; a number is taken as text, as the provider's parser does. Undefined where it is absent. */
export function textIn(object: Json, name: string): string | undefined {
  const value = object[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalid(`Invalid input JSON: ${name} must be a string.`);
}
