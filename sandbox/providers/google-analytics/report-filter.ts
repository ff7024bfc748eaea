import { dimensionOf, type Fact } from './dimensions.js';
import { invalidArgument } from './google-error.js';

interface Expression {
  andGroup?: { expressions?: readonly Expression[] };
  orGroup?: { expressions?: readonly Expression[] };
  notExpression?: Expression;
  filter?: {
    fieldName?: string;
    stringFilter?: { matchType?: string; value?: string; caseSensitive?: boolean };
    inListFilter?: { values?: readonly string[]; caseSensitive?: boolean };
    emptyFilter?: object;
    numericFilter?: object;
    betweenFilter?: object;
  };
}

type Check = (fact: Fact) => boolean;

/** What a dimensionFilter lets through. @throws GoogleRefusal where it is none */
export function filterOf(body: object | undefined): Check {
  return body === undefined ? () => true : checkOf(body as Expression);
}

/** Names of the dimensions a filter looks at. */
export function fieldsIn(body: object | undefined): string[] {
  const { andGroup, orGroup, notExpression, filter } = (body ?? {}) as Expression;
  const inner = [...(andGroup?.expressions ?? []), ...(orGroup?.expressions ?? [])];
  if (notExpression !== undefined) inner.push(notExpression);
  return [
    ...inner.flatMap(fieldsIn),
    ...(filter?.fieldName === undefined ? [] : [filter.fieldName]),
  ];
}

function checkOf(expression: Expression): Check {
  const { andGroup, orGroup, notExpression, filter } = expression;
  if (Object.keys(expression).length !== 1) {
    throw invalidArgument(
      'A filter expression is one of andGroup, orGroup, notExpression, filter.',
    );
  }
  if (andGroup !== undefined) {
    const checks = (andGroup.expressions ?? []).map(checkOf);
    return (fact) => checks.every((check) => check(fact));
  }
  if (orGroup !== undefined) {
    const checks = (orGroup.expressions ?? []).map(checkOf);
    return (fact) => checks.some((check) => check(fact));
  }
  if (notExpression !== undefined) {
    const check = checkOf(notExpression);
    return (fact) => !check(fact);
  }
  return fieldCheck(filter ?? {});
}

function fieldCheck(filter: NonNullable<Expression['filter']>): Check {
  const field = dimensionOf(filter.fieldName ?? '');
  if (field === null) throw invalidArgument(`Field ${filter.fieldName} is not a valid dimension.`);
  const { stringFilter, inListFilter, emptyFilter } = filter;
  if (stringFilter !== undefined) {
    const { value = '', caseSensitive = false } = stringFilter;
    const fold = folding(caseSensitive);
    const matches = MATCH[stringFilter.matchType ?? 'EXACT'];
    if (matches === undefined) throw invalidArgument('The sandbox does not offer this matchType.');
    return (fact) => matches(fold(field.of(fact)), fold(value));
  }
  if (inListFilter !== undefined) {
    const fold = folding(inListFilter.caseSensitive ?? false);
    const values = new Set((inListFilter.values ?? []).map(fold));
    return (fact) => values.has(fold(field.of(fact)));
  }
  if (emptyFilter !== undefined) return (fact) => ['', '(not set)'].includes(field.of(fact));
  throw invalidArgument('A filter of a dimension is a stringFilter, inListFilter or emptyFilter.');
}

function folding(caseSensitive: boolean): (text: string) => string {
  return (text) => (caseSensitive ? text : text.toLowerCase());
}

const MATCH: Readonly<Record<string, (text: string, value: string) => boolean>> = {
  MATCH_TYPE_UNSPECIFIED: (text, value) => text === value,
  EXACT: (text, value) => text === value,
  BEGINS_WITH: (text, value) => text.startsWith(value),
  ENDS_WITH: (text, value) => text.endsWith(value),
  CONTAINS: (text, value) => text.includes(value),
};
