import type { ParamFact } from '../facts.js';

/** `{shop}` in a fact. */
const PLACE = /\{([A-Za-z][A-Za-z0-9]*)\}/g;

/**
 * A fact with a connection's params put in: `https://{shop}` and `{ shop: 'blue.myshopify.com' }`.
 * Each value is held against its pattern again, whoever stored it. Null where one is missing or does
 * not fit.
 */
export function fillParams(
  text: string,
  facts: readonly ParamFact[],
  params: Readonly<Record<string, string>>,
): string | null {
  let fits = true;
  const filled = text.replace(PLACE, (_place, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    const fact = facts.find((candidate) => candidate.name === name);
    if (value !== undefined && fact !== undefined && fitsParam(fact, value)) return value;
    fits = false;
    return '';
  });
  return fits ? filled : null;
}

/** The whole value, whether or not the pattern says so itself. */
export function fitsParam(fact: ParamFact, value: string): boolean {
  return new RegExp(`^(?:${fact.pattern})$`, 'u').test(value);
}
