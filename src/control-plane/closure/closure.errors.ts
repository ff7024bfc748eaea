import { AppError } from '../../kernel/app-error.js';
import type { Finding } from './closure.entity.js';

export class ClosureNotConfirmedError extends AppError {
  constructor(reason: 'slug' | 'password') {
    super(
      reason === 'slug' ? 'closure_slug_mismatch' : 'closure_password_wrong',
      reason === 'slug'
        ? 'Closing needs the exact slug of the account in "confirm".'
        : 'Closing needs the owner\'s password in "password", also with an API key.',
    );
  }
}

/** Says the same whether the closure never was or the token is not its own. */
export class ClosureNotFoundError extends AppError {
  constructor() {
    super('closure_not_found', 'There is no such closure, or the link is not complete.');
  }
}

export class ClosureNotCancellableError extends AppError {
  constructor() {
    super('closure_not_cancellable', 'There is no closure in its grace that could be cancelled.');
  }
}

/** The search after a purge found something. The tenant stays `purging`, and the purge is tried again. */
export class ResidueFoundError extends AppError {
  constructor(tenantId: string, findings: Finding[]) {
    super('purge_residue', 'The search after the purge still found traces of the tenant.', {
      fields: { tenantId, findings: findings.filter((finding) => finding.found > 0) },
    });
  }
}
