import { fieldPath } from './validation-errors.js';

/** What every plain object has without anybody having put it there; `then` makes one a promise. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/**
 * Where, in what was sent, a field has a name that every object inherits (`toString`, `hasOwnProperty`):
 * the dotted path of each. No field of ours has such a name, nor has a parameter of any provider, and code
 * that looks a name up in a plain object finds something under it.
 */
export function inheritedNames(value: unknown, parent = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  // JSON is read to a bounded depth (strict-json.ts), so this ends.
  return Object.entries(value).flatMap(([name, item]) => {
    const path = fieldPath(parent, name);
    return INHERITED.has(name) ? [path] : inheritedNames(item, path);
  });
}
