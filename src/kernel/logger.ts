/** What code that logs may assume of a logger. pino fits; see `src/infrastructure/logging`. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
