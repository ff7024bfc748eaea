import { types } from 'node:util';
import { redactText } from './redact-text.js';

/** An error as it is logged. Everything else an error may carry (rows, queries, responses) is left out. */
export interface ShapedError {
  name: string;
  code?: string;
  message: string;
  stack?: string;
  fields?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/** Also errors of another realm, which `instanceof` does not know. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** @param visit redacts what hangs below: fields, cause, the errors of an AggregateError */
export function shapeError(error: Error, visit: (value: unknown) => unknown): ShapedError {
  const code = read(error, 'code');
  const original = String(read(error, 'message') ?? '');
  const message = redactText(withoutValues(original, code));
  const name = redactText(String(read(error, 'name') ?? 'Error'));
  const stack = read(error, 'stack');
  const shaped: ShapedError = { name, message };
  if (typeof code === 'string' || typeof code === 'number') shaped.code = redactText(String(code));
  if (typeof stack === 'string') shaped.stack = shapeStack(stack, original, `${name}: ${message}`);
  for (const key of ['fields', 'cause', 'errors'] as const) {
    const value = read(error, key);
    if (value !== undefined) shaped[key] = visit(value);
  }
  return shaped;
}

/** A getter of an error may throw; logging must not. */
function read(error: Error, key: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Postgres quotes the offending value in messages of class 22: invalid input syntax for type uuid: "..." */
function withoutValues(message: string, code: unknown): string {
  if (typeof code !== 'string' || !/^22[0-9A-Z]{3}$/.test(code)) return message;
  return message.replace(/"[^]*"/, '"[value]"');
}

/** A stack begins with the message in clear; only the frames after it are kept. */
function shapeStack(stack: string, message: string, headline: string): string {
  const at = message === '' ? -1 : stack.indexOf(message);
  const tail = at < 0 ? stack : stack.slice(at + message.length);
  const frames = tail.split('\n').filter((line) => /^\s+at /.test(line));
  return [headline, ...frames.map(redactText)].join('\n');
}
