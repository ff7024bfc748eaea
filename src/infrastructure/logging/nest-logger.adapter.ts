import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { isError } from './shape-error.js';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

const STACK = /\n\s+at /;

/**
 * Nest's own messages through our logger. Nest passes its context (a class name) as the last text and,
 * for errors, a stack before it; both become fields.
 */
export class NestLoggerAdapter implements LoggerService {
  constructor(private readonly logger: Logger) {}

  /** Nest narrates its start-up here, a line a route: of interest to who debugs it. */
  log(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  #write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const fields: Record<string, unknown> = {};
    const texts = rest.filter((item) => typeof item === 'string');
    const stack = texts.find((text) => STACK.test(text));
    const context = texts.findLast((text) => text !== stack);
    const others = rest.filter((item) => typeof item !== 'string' && item !== undefined);
    const error = [message, ...others].find(isError);
    if (context !== undefined) fields['context'] = context;
    if (stack !== undefined) fields['stack'] = stack;
    if (error !== undefined) fields['err'] = error;
    const extra = others.filter((item) => item !== error);
    if (extra.length > 0) fields['extra'] = extra;
    if (typeof message === 'string') this.logger[level](fields, '%s', message);
    else if (message === error) this.logger[level](fields);
    else this.logger[level]({ ...fields, data: message });
  }
}
