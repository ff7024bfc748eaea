/**
 * The one shape of an expected failure. A feature declares its own family by extending it
 * (see `src/tenancy/tenancy.errors.ts`); nothing here knows HTTP. `src/entry/http/problem/error-status.ts`
 * maps each code to a status.
 *
 * @property code    stable, snake_case; clients and tests compare this and never the message
 * @property fields  the values that matter (ids, limits, field names); never a secret, never content
 */
export class AppError extends Error {
  readonly code: string;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { fields?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.fields = options.fields ?? {};
  }
}

/** True when `error` carries this stable code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof AppError && error.code === code;
}
