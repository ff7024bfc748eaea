import { NestLoggerAdapter } from '../../infrastructure/logging/nest-logger.adapter.js';

/** Nest tells every module and route at start. That is for debugging; warnings and errors stay as they are. */
export class QuietNestLogger extends NestLoggerAdapter {
  override log(message: unknown, ...rest: unknown[]): void {
    this.debug(message, ...rest);
  }
}
