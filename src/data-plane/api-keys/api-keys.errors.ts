import { AppError } from '../../kernel/app-error.js';

/** Says the same for an id that never was and for one of another tenant. */
export class ApiKeyNotFoundError extends AppError {
  constructor() {
    super('api_key_not_found', 'There is no such API key.');
  }
}
