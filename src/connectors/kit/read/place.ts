/** Where a value lay in its answer, for the rule of an error: `data[].charges`. Weak: ends with the page. */
const PLACES = new WeakMap<object, string>();

/** `data[].amount`: names that the connector asked for, never anything of the content. */
export function placeIn(parent: unknown, name: string): string {
  const above = isObject(parent) ? PLACES.get(parent) : undefined;
  return above === undefined ? name : `${above}.${name}`;
}

export function keepPlace(value: unknown, place: string): void {
  if (isObject(value)) PLACES.set(value, place);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
