import { AppError } from '../../kernel/app-error.js';

/** The text is no cursor that this list gave out. */
export class CursorInvalidError extends AppError {
  constructor() {
    super('cursor_invalid', 'This is not a cursor of this list. Start again without one.');
  }
}
