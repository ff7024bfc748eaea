import type { ValidationError } from 'class-validator';
import { AppError } from '../../kernel/app-error.js';
import type { FieldProblem } from './problem/problem.js';

/** More help nobody, and a body of nothing but unknown keys must not become a larger answer. */
const MAX_ERRORS = 50;

/** What the caller calls a field is shown only where it looks like a name. */
const NAME = /^[A-Za-z0-9_$-]{1,64}$/;

/** The input was understood, and is not what the route takes. Names places and rules, never values. */
export class ValidationFailedError extends AppError {
  constructor(errors: readonly FieldProblem[]) {
    super('validation_failed', 'The request has fields that are missing, wrong or unknown.', {
      fields: { errors: errors.slice(0, MAX_ERRORS) },
    });
  }
}

/** A body was needed and none came, or one that is no object. */
export class NotAnObjectError extends ValidationFailedError {
  constructor() {
    super([{ path: '', code: 'wrong_shape', message: 'must be a JSON object' }]);
  }
}

/** `owner` and `email` become `owner.email`. */
export function fieldPath(parent: string, property: string): string {
  const name = NAME.test(property) ? property : '?';
  return parent === '' ? name : `${parent}.${name}`;
}

/** Flattens what class-validator found into one entry for each broken rule. */
export function fieldProblems(errors: readonly ValidationError[], parent = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const path = fieldPath(parent, error.property);
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
      fieldProblem(path, rule, message, error.property),
    );
    return [...own, ...fieldProblems(error.children ?? [], path)];
  });
}

function fieldProblem(path: string, rule: string, message: string, property: string): FieldProblem {
  switch (rule) {
    case 'whitelistValidation':
      return { path, code: 'unknown_field', message: 'is not a field of this request' };
    case 'unknownValue':
    case 'nestedValidation':
      return { path, code: 'wrong_shape', message: 'must be an object of the documented shape' };
    default:
      // class-validator begins with the name of the property, which the path already says.
      return { path, code: snakeCase(rule), message: withoutName(message, property) };
  }
}

function withoutName(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

/** `personName` becomes `person_name`. */
function snakeCase(rule: string): string {
  return rule.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
