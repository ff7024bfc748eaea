import { AppError } from '../../kernel/app-error.js';

/** The command was called wrongly, so nothing was begun: exit code 2. */
export class UsageError extends AppError {
  constructor(message: string) {
    super('usage', message);
  }
}

/** Ctrl-C before the work was done: exit code 130, as shells have it. */
export class InterruptedError extends AppError {
  constructor() {
    super('interrupted', 'Interrupted before it was done.');
  }
}
