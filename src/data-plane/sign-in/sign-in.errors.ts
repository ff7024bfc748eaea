import { AppError } from '../../kernel/app-error.js';

/** One answer for every reason: unknown, wrong password, invited only, suspended. */
export class LoginFailedError extends AppError {
  constructor() {
    super('login_failed', 'E-mail address or password is not right.');
  }
}
