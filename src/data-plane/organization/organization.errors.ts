import { AppError } from '../../kernel/app-error.js';

/** Says the same for a slug of another tenant and for a reserved one. */
export class SlugTakenError extends AppError {
  constructor() {
    super('slug_taken', 'This slug is taken. Choose another.', { fields: { field: 'slug' } });
  }
}
