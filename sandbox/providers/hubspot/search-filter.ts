import { invalid } from './answers.js';
import { listIn, objectIn, textIn, textsIn } from './json-input.js';
import type { CrmRecord, ObjectSet } from './records.js';

const GROUPS_MAX = 5;
const FILTERS_MAX = 6;

type Check = (record: CrmRecord) => boolean;
type Kind = ObjectSet['properties'][number]['type'];

const OPERATORS = [
  'BETWEEN',
  'CONTAINS_TOKEN',
  'EQ',
  'GT',
  'GTE',
  'HAS_PROPERTY',
  'IN',
  'LT',
  'LTE',
  'NEQ',
  'NOT_CONTAINS_TOKEN',
  'NOT_HAS_PROPERTY',
  'NOT_IN',
] as const;
type Operator = (typeof OPERATORS)[number];

/** What `filterGroups` lets through: any group whose filters all hold; everything where there is none. */
export function filterOf(set: ObjectSet, body: Record<string, unknown>): Check {
  const groups = listIn(body, 'filterGroups');
  if (groups.length > GROUPS_MAX) throw invalid(`At most ${GROUPS_MAX} filterGroups are allowed.`);
  const checks = groups.map((group) => {
    const filters = listIn(objectIn(group), 'filters');
    if (filters.length === 0) throw invalid('A filterGroup needs at least one filter.');
    if (filters.length > FILTERS_MAX) {
      throw invalid(`At most ${FILTERS_MAX} filters are allowed in a filterGroup.`);
    }
    return filters.map((filter) => checkOf(set, objectIn(filter)));
  });
  if (checks.length === 0) return () => true;
  return (record) => checks.some((group) => group.every((check) => check(record)));
}

function checkOf(set: ObjectSet, filter: Record<string, unknown>): Check {
  const name = textIn(filter, 'propertyName');
  const property = set.properties.find((one) => one.name === name);
  if (property === undefined) {
    throw invalid(`There was a problem with the request: property '${name}' does not exist.`);
  }
  const operator = operatorIn(filter);
  const kind = property.type;
  const has: Check = (record) => (record.value(property.name) ?? null) !== null;
  if (operator === 'HAS_PROPERTY') return has;
  if (operator === 'NOT_HAS_PROPERTY') return (record) => !has(record);
  // Nothing is true of what has no value.
  const of = (test: (value: Comparable) => boolean): Check => {
    return (record) => {
      const value = record.value(property.name) ?? null;
      return value !== null && test(comparable(kind, value));
    };
  };
  if (operator === 'IN' || operator === 'NOT_IN') {
    const values = textsIn(filter, 'values');
    if (values === null || values.length === 0) throw invalid(`${operator} needs values.`);
    const wanted = new Set(values.map((value) => comparable(kind, value)));
    return of((value) => wanted.has(value) === (operator === 'IN'));
  }
  const value = textIn(filter, 'value');
  if (value === undefined) throw invalid(`${operator} needs a value.`);
  const low = comparable(kind, value);
  if (operator === 'BETWEEN') {
    const highValue = textIn(filter, 'highValue');
    if (highValue === undefined) throw invalid('BETWEEN needs a highValue.');
    const high = comparable(kind, highValue);
    if (high < low) throw invalid('BETWEEN needs a value that is not above its highValue.');
    // Both ends are inside.
    return of((one) => one >= low && one <= high);
  }
  return of(COMPARE[operator](low));
}

type Comparable = number | string;

const COMPARE: Readonly<
  Record<
    Exclude<Operator, 'BETWEEN' | 'IN' | 'NOT_IN' | 'HAS_PROPERTY' | 'NOT_HAS_PROPERTY'>,
    (wanted: Comparable) => (value: Comparable) => boolean
  >
> = {
  EQ: (wanted) => (value) => value === wanted,
  NEQ: (wanted) => (value) => value !== wanted,
  GT: (wanted) => (value) => value > wanted,
  GTE: (wanted) => (value) => value >= wanted,
  LT: (wanted) => (value) => value < wanted,
  LTE: (wanted) => (value) => value <= wanted,
  CONTAINS_TOKEN: (wanted) => (value) => hasToken(value, wanted),
  NOT_CONTAINS_TOKEN: (wanted) => (value) => !hasToken(value, wanted),
};

function hasToken(value: Comparable, wanted: Comparable): boolean {
  const tokens = String(value)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return tokens.includes(String(wanted).toLowerCase());
}

function operatorIn(filter: Record<string, unknown>): Operator {
  const text = textIn(filter, 'operator');
  const operator = OPERATORS.find((one) => one === text);
  if (operator === undefined) throw invalid(`Invalid input JSON: operator '${text}' is unknown.`);
  return operator;
}

/** Dates as milliseconds since 1970 or ISO 8601, numbers as numbers, all else as text. */
export function comparable(kind: Kind, text: string): Comparable {
  if (kind === 'datetime') {
    const at = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
    if (Number.isNaN(at)) throw invalid(`'${text}' is neither milliseconds nor an ISO 8601 date.`);
    return at;
  }
  if (kind === 'number') {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value))
      throw invalid(`'${text}' is not a valid number.`);
    return value;
  }
  return text;
}
