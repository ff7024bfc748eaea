import { AppError } from '../../kernel/app-error.js';

const SAFE = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * A name of a database, schema or role, ready to be written into SQL. Names cannot be bound as
 * parameters, so only what we generate ourselves (lower case, digits, underscore) is let through;
 * quoting alone would still let a surprising name create a surprising object.
 */
export function sqlIdentifier(name: string): string {
  if (!SAFE.test(name)) {
    throw new AppError('sql_identifier_refused', 'A name is not fit to be written into SQL.', {
      fields: { length: name.length },
    });
  }
  return `"${name}"`;
}

/** A string literal for the few utility statements that take no parameters (ALTER ROLE ... PASSWORD). */
export function sqlLiteral(value: string): string {
  if (value.includes('\0') || value.includes('\\')) {
    throw new AppError('sql_literal_refused', 'A value is not fit to be written into SQL.');
  }
  return `'${value.replaceAll("'", "''")}'`;
}
