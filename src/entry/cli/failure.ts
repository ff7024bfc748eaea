import { redactText } from '../../infrastructure/logging/redact-text.js';
import { shapeError } from '../../infrastructure/logging/shape-error.js';
import {
  DatabaseUnavailableError,
  isUnavailable,
} from '../../infrastructure/postgres/availability.js';
import { AppError } from '../../kernel/app-error.js';
import { InterruptedError, UsageError } from './usage.error.js';

export interface Failure {
  code: string;
  message: string;
}

/** An error as a person is told of it: expected ones by their code, all others without their details. */
export function failureOf(error: unknown): Failure {
  const known = !(error instanceof AppError) && isUnavailable(error);
  const told = known ? new DatabaseUnavailableError(error) : error;
  if (told instanceof AppError) return { code: told.code, message: told.message };
  const message = error instanceof Error ? shapeError(error, () => undefined).message : 'Unknown.';
  return { code: 'internal_error', message };
}

/** `message (code)`, with the way through the code for a fault of ours; null when all is said already. */
export function failureText(error: unknown): string | null {
  if (commanderCode(error) !== null) return null;
  const { code, message } = failureOf(error);
  const line = `${message} (${code})`;
  if (code !== 'internal_error' || !(error instanceof Error)) return line;
  const frames = (error.stack ?? '').split('\n').filter((frame) => /^\s+at /.test(frame));
  return [line, ...frames.map(redactText)].join('\n');
}

export function exitCodeOf(error: unknown): number {
  const commander = commanderCode(error);
  if (commander !== null) return commander === 0 ? 0 : 2;
  if (error instanceof UsageError) return 2;
  return error instanceof InterruptedError ? 130 : 1;
}

/** commander ends everything by throwing, --help with exit code 0 too, and has printed it by then. */
function commanderCode(error: unknown): number | null {
  const { code, exitCode } = (error ?? {}) as { code?: unknown; exitCode?: unknown };
  if (typeof code !== 'string' || !code.startsWith('commander.')) return null;
  return typeof exitCode === 'number' ? exitCode : 1;
}
