import { AppError } from '../../../kernel/app-error.js';

export class IsolationNotCheckedError extends AppError {
  constructor(status: number | null) {
    super(
      'isolation_not_checked',
      status === null
        ? 'Nobody answers at that address, so nothing was checked. Start NuMoon first, or say where it is with --url.'
        : `What answers at that address (${status}) does not know the tenant that was just made here: it is another NuMoon. Say where this one is with --url.`,
    );
  }
}
