import { createRequire } from 'node:module';
import { format } from 'node:util';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { redact } from './redact.js';
import { redactText } from './redact-text.js';
import { isError } from './shape-error.js';
import type { ShapedError } from './shape-error.js';

export type { Logger } from 'pino';

export interface LoggerOptions {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Where lines go; standard output when left out. */
  stream?: DestinationStream;
  /** Readable lines for a person instead of JSON; by default when standard output is a terminal. */
  pretty?: boolean;
  /** What every line says of the work in progress. Called for each line, so it must be cheap. */
  context?: () => { requestId?: string; tenantId?: string } | undefined;
}

/**
 * The one logger: JSON lines with an ISO time and the level's name. Objects, errors, messages and child
 * bindings pass through `redact` before pino sees them, so a secret in any of them is masked.
 *
 * Lines are written synchronously: a process that dies still leaves its last words.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { context } = options;
  const logger = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors come here in their shape already; pino's own serialiser would add to it.
      serializers: { err: (shaped: unknown) => shaped },
      hooks: {
        logMethod(args, method) {
          method.apply(this, sanitize(args) as Parameters<typeof method>);
        },
      },
      // pino writes into the object it gets, so each line needs a copy.
      ...(context === undefined ? {} : { mixin: () => ({ ...context() }) }),
    },
    options.stream ?? standardOutput(options.pretty ?? process.stdout.isTTY),
  );
  return redactChildren(logger);
}

/** What is logged, as [object, message] with nothing left to format. */
function sanitize(args: readonly unknown[]): unknown[] {
  const [first, ...rest] = args;
  if (typeof first !== 'object' || first === null) return [message(args)];
  const said = rest.length === 0 ? undefined : message(rest);
  if (!isError(first)) return [redact(first), said];
  const err = redact(first) as ShapedError;
  return [{ err }, said ?? err.message];
}

function message(parts: readonly unknown[]): string {
  const clean = parts.map((part) => (typeof part === 'object' ? redact(part) : part));
  return redactText(format(...clean));
}

/** pino turns bindings of a child into text at once and past every formatter of its parent. */
function redactChildren(logger: Logger): Logger {
  const { child, setBindings } = logger;
  const redactingChild = function (this: Logger, bindings: object, ...rest: unknown[]) {
    return Reflect.apply(child, this, [redact(bindings), ...rest]) as unknown;
  };
  logger.child = redactingChild as Logger['child'];
  logger.setBindings = function (this: Logger, bindings) {
    setBindings.call(this, redact(bindings) as typeof bindings);
  };
  return logger;
}

function standardOutput(pretty: boolean): DestinationStream {
  if (!pretty) {
    const output = pino.destination({ fd: 1, sync: true });
    // A log that cannot be written (its disk is full, its reader is gone) is no reason to serve nobody.
    output.on('error', () => undefined);
    return output;
  }
  // Loaded here, because production never needs it. Without `sync` the last lines of a crash are lost.
  const require = createRequire(import.meta.url);
  const prettyStream = require('pino-pretty') as (options: object) => DestinationStream;
  return prettyStream({ sync: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid' });
}
